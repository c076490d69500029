/* Draws a line between the pictures before and after, and says when a film cannot be played. */
(() => {
  document.addEventListener("input", (event) => {
    if (event.target.matches(".wipe"))
      event.target.parentElement.style.setProperty("--at", `${event.target.value}%`);
  });
  // An error of a medium does not rise, so it is caught on its way down.
  document.addEventListener(
    "error",
    (event) => {
      const said = event.target.id === "player" ? document.getElementById("player-refuses") : null;
      if (said) said.hidden = false;
    },
    true,
  );
  const wipe = () => {
    for (const each of document.querySelectorAll(".pairs")) each.classList.add("wiped");
  };
  document.addEventListener("htmx:afterSettle", wipe);
  document.addEventListener("DOMContentLoaded", wipe);
})();
