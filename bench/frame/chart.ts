/** Cost curves as SVG: both axes in powers of ten. The figures stand in a table beside it, for who reads no drawing. */

type Curve = {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  /** Drawn in dashes, in the colour of the curve before it. */
  readonly isBaseline?: boolean;
};

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [700, 300, 90, 190, 20, 40];
/** Told apart by people who see fewer colours too, on white and on black. */
const COLOURS = ["#3b7dd8", "#d9822b", "#2a9d8f", "#b5528f", "#7a7a7a", "#c0392b"];

const power = (value: number): string =>
  value >= 1000 ? value.toLocaleString("en") : String(Number(value.toPrecision(1)));

/** A thousand milliseconds is a second; of nothing else is a larger unit known here. */
const inUnit = (value: number, unit: string): string =>
  unit === "ms" && value >= 1000 ? `${power(value / 1000)} s` : `${power(value)} ${unit}`;

/**
 * Lines over the number of assets; `unit` of all values. Text for people who cannot see it: `title`. It has a paper of its
 * own, light or dark as its reader's system is, whatever the page around it.
 */
export const chart = (title: string, unit: string, curves: readonly Curve[]): string => {
  const all = curves.flatMap((each) => each.points).filter(([, y]) => y > 0);
  const floor = (values: readonly number[]): number => Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const ceiling = (values: readonly number[]): number => Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const [x0, x1, y0, y1] = [floor(xs), ceiling(xs), floor(ys), Math.max(ceiling(ys), floor(ys) + 1)];
  const x = (value: number): number =>
    LEFT + ((Math.log10(value) - x0) / Math.max(1, x1 - x0)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number =>
    HEIGHT - BOTTOM - ((Math.log10(value) - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM);
  const powers = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  const text = (at: readonly [number, number], anchor: string, said: string): string =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${said}</text>`;
  const across = powers(y0, y1).map(
    (each) =>
      `<path class="grid" d="M${LEFT} ${y(each).toFixed(1)}H${WIDTH - RIGHT}"/>${text([LEFT - 8, y(each) + 4], "end", inUnit(each, unit))}`,
  );
  const up = powers(x0, x1).map((each) => text([x(each), HEIGHT - BOTTOM + 20], "middle", power(each)));
  const lines = curves.map(({ name, points, isBaseline }, index) => {
    const own = curves.slice(0, index + 1).filter((each) => each.isBaseline !== true).length - 1;
    const colour = COLOURS[own % COLOURS.length];
    const dashes = isBaseline === true ? ' stroke-dasharray="4 4"' : "";
    const drawn = points.filter(([, value]) => value > 0).toSorted((a, b) => a[0] - b[0]);
    const path = drawn.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("L");
    const dots = drawn.map(([a, b]) => `<circle cx="${x(a).toFixed(1)}" cy="${y(b).toFixed(1)}" r="3"/>`);
    const legend = TOP + 6 + 20 * index;
    return `<g fill="${colour}" stroke="${colour}"><path fill="none" stroke-width="2"${dashes} d="M${path}"/>${dots.join("")}<path stroke-width="3"${dashes} d="M${WIDTH - RIGHT + 14} ${legend}h14"/></g>${text([WIDTH - RIGHT + 34, legend + 4], "start", name)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<style>.paper{fill:#fff}text{font:12px system-ui,sans-serif;fill:#333}.grid{stroke:#8884;stroke-width:1}@media(prefers-color-scheme:dark){.paper{fill:#16191d}text{fill:#ccc}}</style>
<rect class="paper" width="${WIDTH}" height="${HEIGHT}" rx="6"/>
${[...across, ...up, ...lines].join("\n")}
</svg>
`;
};
