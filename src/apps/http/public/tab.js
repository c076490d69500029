/* The tab's title and icon show the work, on every page that is live. */
(() => {
  const RING = 2 * Math.PI * 12;
  const icon = ({ isWorking, percent, isStuck }) => {
    const part = (((percent ?? 0) / 100) * RING).toFixed(1);
    const ring = isWorking
      ? `<circle cx="16" cy="16" r="12" stroke="#9fb4cc" stroke-opacity=".45"/><circle cx="16" cy="16" r="12" stroke="#2f7bea" stroke-dasharray="${part} 99" transform="rotate(-90 16 16)"/>`
      : "";
    const dot = isStuck ? '<circle cx="24.5" cy="24.5" r="6" fill="#e29a1c"/>' : "";
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="5">${ring}<path d="M12.5 10.5v11l9-5.5z" fill="#2f7bea"/>${dot}</svg>`;
    return `data:image/svg+xml,${encodeURIComponent(svg)}`;
  };
  document.addEventListener("DOMContentLoaded", () => {
    const live = document.querySelector("[sse-connect]");
    const link = document.querySelector("link[rel=icon]");
    if (!live || !link) return;
    const [title, still] = [document.title, link.href];
    // Only what some element listens to is taken from the stream.
    const ear = document.createElement("span");
    ear.hidden = true;
    ear.setAttribute("sse-swap", "tab");
    live.append(ear);
    let shown = "";
    document.addEventListener("htmx:sseMessage", ({ detail }) => {
      if (detail.type !== "tab" || detail.data === shown) return;
      shown = detail.data;
      const work = JSON.parse(detail.data);
      const begin = work.isWorking
        ? work.percent === null
          ? "… · "
          : `${Math.floor(work.percent)} % · `
        : work.isStuck
          ? "! · "
          : "";
      document.title = begin + title;
      link.href = work.isWorking || work.isStuck ? icon(work) : still;
    });
  });
})();
