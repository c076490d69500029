/* Light or dark as the system says, before anything is drawn; and times that stay true while the page is open. */
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  follow();
  dark.addEventListener("change", follow);

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

  // A message goes away by itself; one about a problem stays until the next.
  let timer = 0;
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "notice") return;
    clearTimeout(timer);
    if (event.target.querySelector(".notice-done"))
      timer = setTimeout(() => event.target.replaceChildren(), 6000);
  });
})();
