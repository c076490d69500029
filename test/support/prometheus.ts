/** Reads the text format in which Prometheus is given figures. Fails on what is not of it. */
import assert from "node:assert/strict";

export type Figure = {
  readonly kind: string;
  readonly help: string;
  /** Of its rows, without `le`. */
  readonly labels: Set<string>;
  readonly rows: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
};

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"/g;

/** By name; of a histogram its parts are rows of the whole. */
export const figuresIn = (text: string): ReadonlyMap<string, Figure> => {
  const figures = new Map<string, Figure>();
  const helps = new Map<string, string>();
  assert.ok(text.endsWith("\n"));
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [, help, said = ""] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    const [, typed, kind = ""] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
    if (help !== undefined) helps.set(help, said);
    else if (typed !== undefined)
      figures.set(typed, { kind, help: helps.get(typed) ?? "", labels: new Set(), rows: [] });
    else {
      const [, name = "", inside = "", value = ""] = LINE.exec(line) ?? [];
      const figure = figures.get(name) ?? figures.get(name.replace(/_(bucket|sum|count)$/, ""));
      assert.ok(figure, `a figure without a type: ${line}`);
      const labels = Object.fromEntries(
        [...inside.matchAll(LABEL)].map(([, key, each]) => [key ?? "", each ?? ""]),
      );
      assert.equal(inside.replaceAll(LABEL, "").replaceAll(",", ""), "", line);
      // Read by Go, in whose spelling of no number the case says nothing.
      assert.ok(/^nan$/i.test(value) || !Number.isNaN(Number(value.replace("+Inf", "1e999"))), line);
      for (const key of Object.keys(labels)) if (key !== "le") figure.labels.add(key);
      figure.rows.push({ labels, value: Number(value) });
    }
  }
  return figures;
};
