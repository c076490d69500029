/* Buttons that copy a text of the page; without this script they are not shown. */
(() => {
  // A command, by the clipboard where the browser gives it (not on plain http), else by selecting it.
  const copy = async (button) => {
    const box = document.getElementById(button.dataset.copies);
    const said = button.parentElement.querySelector(".said");
    let isCopied = false;
    try {
      await navigator.clipboard.writeText(box.textContent);
      isCopied = true;
    } catch {
      getSelection().selectAllChildren(box);
      isCopied = document.execCommand("copy");
    }
    said.textContent = isCopied ? "Copied" : "Selected: copy it with Ctrl+C";
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copies]");
    if (button) void copy(button);
  });
  const show = () => {
    for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
  };
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("DOMContentLoaded", show);
})();
