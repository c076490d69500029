/* Draws every chart's table with uPlot, in the colours of the page; without this script the table is there. */
{
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const secondsOf = (day) => new Date(`${day}T00:00:00`).getTime() / 1000;
  const HEIGHT = 220;
  const DAY = 86_400;

  /** Days and a row of values for each series, oldest first. */
  const read = (table) => {
    const heads = [...table.tHead.rows[0].cells].slice(1);
    const rows = [...table.tBodies[0].rows].reverse();
    return {
      series: heads.map((each) => ({ name: each.textContent, colour: each.dataset.colour })),
      days: rows.map((row) => secondsOf(row.cells[0].textContent)),
      values: heads.map((_, at) => rows.map((row) => Number(row.cells[at + 1].dataset.value))),
    };
  };

  /** On top of each other: each series is drawn as the sum up to it, the highest first. */
  const stacked = (values) => {
    const sums = [];
    for (const [at, row] of values.entries())
      sums.push(row.map((value, day) => value + (sums[at - 1]?.[day] ?? 0)));
    return sums;
  };

  const axis = () => ({
    stroke: colour("--quiet"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  });

  /** What uPlot is told; `order` is that of drawing, by the number of the series. */
  const optionsOf = ({ width, isBars, order, series, days, onPoint }) => ({
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { show: !isBars }, drag: { x: false, y: false } },
    scales: {
      // Half a day at both sides, so that the first and the last bar are whole.
      x: { range: (_, low, high) => [low - DAY / 2, high + DAY / 2] },
      y: { range: (_, __, high) => [0, Math.max(1, high * 1.05)] },
    },
    axes: [
      {
        ...axis(),
        space: 64,
        incrs: [1, 2, 3, 7, 14, 28].map((days) => days * DAY),
        values: (_, splits) =>
          splits.map((each) =>
            new Date(each * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short" }),
          ),
      },
      {
        ...axis(),
        size: 48,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6],
      },
    ],
    series: [
      {},
      ...order.map((at) => ({
        stroke: colour(series[at].colour),
        width: isBars ? 0 : 2,
        fill: isBars || at > 0 ? `${colour(series[at].colour)}${isBars ? "" : "22"}` : undefined,
        points: { show: !isBars && days.length === 1 },
        ...(isBars ? { paths: uPlot.paths.bars({ size: [0.7, 28] }) } : {}),
      })),
    ],
    hooks: { setCursor: [(chart) => onPoint(chart.cursor.idx)] },
  });

  const draw = (figure) => {
    const plot = figure.querySelector(".plot");
    const outputs = [...figure.querySelectorAll(".legend output")];
    const { series, days, values } = read(figure.querySelector("table"));
    const isBars = figure.dataset.chart === "bars";
    const order = series.map((_, at) => (isBars ? series.length - 1 - at : at));
    const drawn = isBars ? stacked(values) : values;
    // The figures of the day that is pointed at, else of the last one.
    const say = (day) => {
      for (const [at, output] of outputs.entries())
        output.textContent = (values[at][day ?? days.length - 1] ?? 0).toLocaleString("en");
    };
    const options = optionsOf({ width: plot.clientWidth, isBars, order, series, days, onPoint: say });
    plot.replaceChildren();
    const chart = new uPlot(options, [days, ...order.map((at) => drawn[at])], plot);
    say(null);
    return chart;
  };

  const figures = [...document.querySelectorAll("figure[data-chart]")];
  const charts = new Map();
  const drawAll = () => {
    for (const figure of figures) {
      charts.get(figure)?.destroy();
      charts.set(figure, draw(figure));
    }
  };
  drawAll();
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries)
      charts.get(target.closest("figure"))?.setSize({ width: target.clientWidth, height: HEIGHT });
  });
  for (const figure of figures) sizes.observe(figure.querySelector(".plot"));
}
