/* Draws the pace of a job: one graph for each figure, from what stands in the page. */
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const clock = (seconds) => {
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const rest = String(Math.round(seconds % 60)).padStart(2, "0");
    return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  };
  const amount = (value) =>
    value >= 1e6
      ? `${+(value / 1e6).toFixed(1)}M`
      : value >= 1e4
        ? `${Math.round(value / 1e3)}k`
        : `${+value.toFixed(1)}`;

  const PLOT_HEIGHT = 120;
  const options = (width) => {
    const axis = {
      stroke: colour("--quiet"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height: PLOT_HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: "pace" } },
      scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, low, 0.1)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 24, values: (_, ticks) => ticks.map(clock) },
        { ...axis, size: 46, space: 28, values: (_, ticks) => ticks.map(amount) },
      ],
      series: [
        {},
        { stroke: colour("--accent"), width: 2, fill: colour("--blue-soft"), points: { show: false } },
      ],
    };
  };
  // Each box of graphs with what was drawn in it.
  const drawn = new Map();
  const draw = (box) => {
    const data = JSON.parse(box.dataset.pace);
    const plots = drawn.get(box) ?? new Map();
    drawn.set(box, plots);
    for (const figure of box.querySelectorAll("figure:not([hidden])")) {
      const place = figure.querySelector(".plot");
      const own = [data[0], data[Number(figure.dataset.series)]];
      const plot = plots.get(figure);
      if (plot) plot.setData(own);
      else if (place.clientWidth > 0) plots.set(figure, new uPlot(options(place.clientWidth), own, place));
    }
  };
  const forget = (box) => {
    for (const plot of drawn.get(box)?.values() ?? []) plot.destroy();
    drawn.delete(box);
  };
  const drawAll = () => {
    for (const box of drawn.keys()) if (!box.isConnected) forget(box);
    for (const box of document.querySelectorAll("[data-pace]")) draw(box);
  };
  const drawAnew = () => {
    for (const box of [...drawn.keys()]) forget(box);
    drawAll();
  };
  addEventListener("resize", () => {
    for (const plots of drawn.values())
      for (const [figure, plot] of plots)
        plot.setSize({ width: figure.querySelector(".plot").clientWidth, height: PLOT_HEIGHT });
  });
  for (const name of ["DOMContentLoaded", "htmx:afterSettle", "pace"])
    document.addEventListener(name, drawAll);
  new MutationObserver(drawAnew).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
