/* Light or dark as the system says or a person chose, before anything is drawn; and times that stay true. */
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // A browser may keep nothing for us: then the system decides at every page.
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const keep = (theme) => {
    try {
      if (theme === null) localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {}
  };
  const THEMES = ["light", "dark"];
  const follow = () => {
    const chosen = stored();
    document.documentElement.dataset.bsTheme = THEMES.includes(chosen)
      ? chosen
      : dark.matches
        ? "dark"
        : "light";
  };
  follow();
  dark.addEventListener("change", follow);
  addEventListener("storage", follow);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const say = () => {
      const chosen = THEMES.find((each) => each === stored());
      button.title = `Colours: ${chosen ?? "as the system says"}`;
      button.querySelector("span").textContent = button.title;
    };
    button.hidden = false;
    say();
    // On a phone the sections are wider than the screen: the current one is brought to the middle.
    const sections = document.querySelector(".sections");
    const current = sections.querySelector("[aria-current]");
    if (current)
      sections.scrollLeft =
        current.offsetLeft - sections.offsetLeft - (sections.clientWidth - current.offsetWidth) / 2;
    // As the system says, then the other one of the two, then that of the system for good.
    button.addEventListener("click", () => {
      const system = dark.matches ? "dark" : "light";
      const other = dark.matches ? "light" : "dark";
      const chosen = stored();
      keep(chosen === null ? other : chosen === other ? system : null);
      follow();
      say();
    });
  });

  // The same words as humanAge in src/core/human-text.ts.
  const age = (seconds) => {
    if (seconds < 45) return "just now";
    const minutes = Math.max(1, Math.floor(seconds / 60));
    if (minutes < 60) return `${minutes} min ago`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return `${hours} h ago`;
    const days = Math.floor(hours / 24);
    return days === 1 ? "yesterday" : `${days} days ago`;
  };
  setInterval(() => {
    for (const each of document.querySelectorAll("time[datetime]")) {
      const said = age(Math.max(0, Math.floor((Date.now() - Date.parse(each.dateTime)) / 1000)));
      if (each.textContent !== said) each.textContent = said;
    }
  }, 30_000);

  // The whole time on hover, as the reader writes it and by their clock.
  document.addEventListener("pointerover", ({ target }) => {
    const time = target.closest?.("time[datetime]");
    if (time) time.title = new Date(time.dateTime).toLocaleString();
  });

  // A message goes away by itself; one about a problem stays until the next.
  let timer = 0;
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "notice") return;
    clearTimeout(timer);
    if (event.target.querySelector(".notice-done"))
      timer = setTimeout(() => event.target.replaceChildren(), 6000);
  });
})();

(() => {
  const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];
  const sizeWords = (bytes) => {
    let [value, unit] = [bytes, 0];
    for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
    const digits = unit === 0 || value >= 99.95 ? 0 : 1;
    const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return value.toLocaleString(undefined, { style: "unit", unit: UNITS[unit], ...fraction });
  };
  // Sizes as the reader writes them, in all that comes onto the page.
  document.addEventListener("htmx:load", ({ detail }) => {
    for (const each of detail.elt.querySelectorAll("data[value]"))
      each.textContent = sizeWords(Number(each.value));
  });
})();
