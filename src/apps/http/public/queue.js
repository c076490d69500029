/* Films of the queue are moved by dragging them, or with the keys on their handle. The buttons work without this. */
(() => {
  const KEYS = { ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last" };
  let dragged = null;
  let from = 0;
  // A list that was read again while a film is held would take it out of the hand.
  let isStale = false;

  const places = () => [...document.querySelectorAll(".place")];
  const placeOf = (target) => (target instanceof Element ? target.closest(".place") : null);

  document.documentElement.dataset.drags = "";

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (dragged && event.target.id === "queue-list") {
      isStale = true;
      event.preventDefault();
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (dragged && event.detail.target.id === "queue-list") {
      isStale = true;
      event.detail.shouldSwap = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    const where = KEYS[event.key];
    if (!where || !event.target.classList.contains("grip")) return;
    event.preventDefault();
    document.getElementById(`${where}-${placeOf(event.target).dataset.id}`).click();
  });

  document.addEventListener("dragstart", (event) => {
    if (!(event.target instanceof Element) || !event.target.classList.contains("grip")) return;
    dragged = placeOf(event.target);
    from = places().indexOf(dragged);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.id);
    event.dataTransfer.setDragImage(dragged, 20, 20);
    dragged.classList.add("place-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const over = placeOf(event.target);
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    const isBefore = event.clientY < top + height / 2;
    over.parentElement.insertBefore(dragged, isBefore ? over : over.nextElementSibling);
  });
  document.addEventListener("drop", (event) => {
    if (dragged) event.preventDefault();
  });
  document.addEventListener("dragend", (event) => {
    if (!dragged) return;
    const moved = dragged;
    const steps = places().indexOf(moved) - from;
    dragged = null;
    moved.classList.remove("place-dragged");
    // Escape, or let go where nothing can lie: it stays where it was.
    const isDropped = event.dataTransfer.dropEffect !== "none";
    const again = () => htmx.trigger("#queue-list", "sse:overview");
    if (isDropped && steps !== 0)
      htmx
        .ajax("POST", `/queue/move/${moved.dataset.id}`, {
          target: "#notice",
          swap: "innerHTML",
          values: { steps },
        })
        .finally(again);
    else if (steps !== 0 || isStale) again();
    isStale = false;
  });
})();
