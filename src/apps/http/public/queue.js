/* Films of the queue are moved by dragging them, or with the keys on their handle. The buttons work without this. */
(() => {
  const KEYS = { ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last" };
  let dragged = null;
  // The film over which it is held, and the side of it on which it would lie.
  let marked = null;
  let side = null;
  let move = Promise.resolve();
  // A list that was read again while a film is held would take it out of the hand.
  let isStale = false;

  const places = () => [...document.querySelectorAll(".place")];
  const placeOf = (target) => (target instanceof Element ? target.closest(".place") : null);

  const mark = (place, at) => {
    marked?.classList.remove("place-before", "place-after");
    [marked, side] = [place, at];
    place?.classList.add(`place-${at}`);
  };

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
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.id);
    event.dataTransfer.setDragImage(dragged, 20, 20);
    dragged.classList.add("place-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const over = placeOf(event.target);
    if (!dragged || !over) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    mark(over, event.clientY < top + height / 2 ? "before" : "after");
  });
  document.addEventListener("drop", (event) => {
    if (!dragged || !marked) return;
    event.preventDefault();
    const from = places().indexOf(dragged);
    marked.parentElement.insertBefore(dragged, side === "before" ? marked : marked.nextElementSibling);
    const steps = places().indexOf(dragged) - from;
    if (steps === 0) return;
    isStale = true;
    move = htmx.ajax("POST", `/queue/move/${dragged.dataset.id}`, {
      target: "#notice",
      swap: "innerHTML",
      values: { steps },
    });
  });
  // Also after Escape, or where nothing can lie: the film stays where it was.
  document.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("place-dragged");
    mark(null, null);
    dragged = null;
    if (isStale) move.finally(() => htmx.trigger("#queue-list", "sse:overview"));
    isStale = false;
    move = Promise.resolve();
  });
})();
