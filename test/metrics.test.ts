/** What Prometheus is given, and that the dashboard and the alert rules ask for nothing else. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { parser } from "@prometheus-io/lezer-promql";
import type { FastifyInstance } from "fastify";
import { parse } from "yaml";
import { buildServer } from "../src/apps/http/server.ts";
import { METRICS } from "../src/core/metrics.ts";
import { PROBLEM_CODES } from "../src/core/problem.ts";
import { createMetrics } from "../src/edges/metrics.ts";
import { JOB_OUTCOMES } from "../src/edges/store/jobs.ts";
import { fillLibrary, openTestControl, type TestControl } from "./support/control.ts";
import { type Figure, figuresIn } from "./support/prometheus.ts";
import { tempFolder } from "./support/temp.ts";

const ROOT = join(import.meta.dirname, "..");

let app: FastifyInstance;
let control: TestControl;
let text = "";
let figures: ReadonlyMap<string, Figure>;
let close = (): void => {};

before(async () => {
  const folder = tempFolder({ after });
  mkdirSync(folder, { recursive: true });
  const opened = openTestControl(folder);
  control = opened.control;
  fillLibrary(control, Date.now());
  const root = {
    root: "/films",
    device: "1",
    identity: "1:2",
    mounts: [],
    fileCount: 12,
    scannedAt: Date.now(),
  };
  control.store.roots.put({ ...root, library: "movies", problemCode: null });
  control.store.roots.put({ ...root, library: "series", problemCode: "root-missing" });
  const metrics = createMetrics({ ofProcess: true });
  metrics.observe("cvc_job_seconds", { work: "video", outcome: "done" }, 12);
  metrics.observe("cvc_encode_speed_ratio", { encoder: "libx264" }, 2.5);
  metrics.observe("cvc_scan_seconds", { library: "movies", outcome: "done" }, 1);
  metrics.count("cvc_job_failures_total", { code: "io-error" });
  app = buildServer(control, { metrics });
  close = opened.close;
  await app.inject("/library/1?q=secret");
  await app.inject("/nowhere/at/all");
  await app.inject("/metrics");
  text = (await app.inject("/metrics")).body;
  figures = figuresIn(text);
});
after(async () => {
  await app.close();
  close();
});

describe("/metrics", () => {
  test("is text as Prometheus reads it, and each figure has the labels of its row", async () => {
    const { headers } = await app.inject("/metrics");
    assert.match(String(headers["content-type"]), /^text\/plain; version=0\.0\.4/);
    // Only while there is trouble of that kind.
    const absent = new Set(["cvc_database_trouble", "cvc_queue_paused"]);
    for (const [name, row] of Object.entries(METRICS)) {
      const found = figures.get(name);
      if (absent.has(name)) continue;
      assert.ok(found, name);
      assert.equal(found.kind, row.kind, name);
      assert.equal(found.help, row.help, name);
      assert.deepEqual([...found.labels].toSorted(), row.labels.toSorted(), name);
    }
    for (const name of ["process_resident_memory_bytes", "nodejs_eventloop_lag_p99_seconds"])
      assert.ok(figures.has(name), name);
  });

  test("names follow the field's custom: a unit at the end, what only rises ends in _total", () => {
    for (const [name, { kind }] of Object.entries(METRICS)) {
      assert.match(name, /^cvc_[a-z]+(_[a-z]+)*$/);
      assert.equal(kind === "counter", name.endsWith("_total"), name);
      if (kind === "histogram") assert.match(name, /_(seconds|ratio|bytes)$/);
    }
  });

  test("says how many films there are, as they are counted everywhere", () => {
    const { state, total } = control.store.assets.counts();
    const rows = figures.get("cvc_films")?.rows ?? [];
    assert.equal(
      rows.reduce((sum, each) => sum + each.value, 0),
      total,
    );
    const queued = rows.filter((each) => each.labels.state === "Queued");
    assert.equal(
      queued.reduce((sum, each) => sum + each.value, 0),
      state.Queued,
    );
    const card = figures.get("cvc_gpu_temperature_celsius")?.rows[0];
    assert.deepEqual([card?.value, card?.labels.gpu], [61, "0"]);
    assert.equal(figures.get("cvc_gpu_utilization_ratio")?.rows[0]?.value, 0.34);
    const problems = figures.get("cvc_library_problem")?.rows;
    assert.deepEqual(problems?.[0]?.labels, { library: "series", code: "root-missing" });
  });

  test("holds no film, no folder and nothing that was asked for, and is not long", () => {
    for (const { path } of control.store.assets.page({ limit: 200 }).assets)
      assert.ok(!text.includes(path), path);
    assert.doesNotMatch(text, /\/films|secret|nowhere/);
    const routes = new Set(figures.get("cvc_http_request_seconds")?.rows.map((each) => each.labels.route));
    assert.deepEqual(routes, new Set(["/library/:id", "none", "/metrics"]));
    assert.ok(text.length < 60_000, String(text.length));
  });

  test("a gauge that is over is not told any more", async () => {
    control.store.roots.put({
      ...{ root: "/films", device: "1", identity: "1:2", mounts: [], fileCount: 12, scannedAt: Date.now() },
      library: "series",
      problemCode: null,
    });
    assert.equal(figuresIn((await app.inject("/metrics")).body).get("cvc_library_problem")?.rows.length, 0);
  });
});

/** Prometheus itself adds these to every figure it scrapes. */
const SCRAPED = ["instance", "job"];

const labelsOf = (name: string): readonly string[] | null => {
  if (name === "up") return SCRAPED;
  const base = name.replace(/_(bucket|sum|count)$/, "");
  const row = Object.entries(METRICS).find(
    ([each]) => each === name || (each === base && base !== name),
  )?.[1];
  const isPart = row !== undefined && row.kind === "histogram" && base !== name;
  if (row && (isPart || row.kind !== "histogram"))
    return [...SCRAPED, ...row.labels, ...(name.endsWith("_bucket") ? ["le"] : [])];
  const found = figures.get(name) ?? figures.get(base);
  return found && !name.startsWith("cvc_") ? [...SCRAPED, ...found.labels] : null;
};

/** What is wrong with an expression of PromQL; the labels of what it gives. */
const checkExpression = (expression: string): { readonly labels: ReadonlySet<string> } => {
  // A dashboard's variable stands for a text.
  const query = expression.replaceAll("$instance", ".*");
  const names: string[] = [];
  const grouped: string[] = [];
  const matched: [string, string][] = [];
  let isAggregated = false;
  const textOf = ({ from, to }: { readonly from: number; readonly to: number }) => query.slice(from, to);
  parser.parse(query).iterate({
    enter: ({ type, node }) => {
      assert.ok(!type.isError, `${query} is no PromQL, at ${query.slice(node.from, node.from + 20)}`);
      if (type.name === "VectorSelector") {
        const name = node.getChild("Identifier");
        assert.ok(name, query);
        names.push(textOf(name));
      }
      if (type.name === "AggregateExpr") isAggregated = true;
      if (type.name === "GroupingLabels")
        for (const each of node.getChildren("LabelName")) grouped.push(textOf(each));
      if (type.name === "UnquotedLabelMatcher") {
        const [label, value] = [node.getChild("LabelName"), node.getChild("StringLiteral")];
        assert.ok(label && value, query);
        matched.push([textOf(label), textOf(value).slice(1, -1)]);
      }
    },
  });
  const known = new Set<string>();
  for (const name of names) {
    const labels = labelsOf(name);
    assert.ok(labels, `${name} is not given: ${query}`);
    for (const each of labels) known.add(each);
  }
  for (const each of [...grouped, ...matched.map(([label]) => label)])
    assert.ok(known.has(each), `no figure of it has the label ${each}: ${query}`);
  for (const [label, value] of matched) checkValue(label, value);
  assert.ok(names.length > 0, query);
  return { labels: new Set(isAggregated ? grouped : known) };
};

/** Words of ours that a matcher names have to be ones there are. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  outcome: JOB_OUTCOMES,
  state: ["waiting", "held", "running", "New", "Queued", "Processing", "Completed", "Failed", "Archived"],
  code: PROBLEM_CODES,
  job: ["cvc"],
};
const checkValue = (label: string, value: string): void => {
  const values = VALUES[label];
  if (values) for (const each of value.split("|")) assert.ok(values.includes(each), `${label}: ${each}`);
  if (label === "route") assert.ok(app.hasRoute({ method: "GET", url: value }), value);
};

/** The unit of what an expression gives, told from the ends of names. */
const unitsOf = (expression: string): readonly string[] => {
  if (/histogram_quantile.*_seconds_bucket/s.test(expression)) return ["s"];
  if (/_seconds_sum.*\/.*_seconds_count/s.test(expression) || expression.startsWith("time() -")) return ["s"];
  if (/_bytes.*\/.*_bytes/s.test(expression) || /_utilization_ratio/.test(expression)) return ["percentunit"];
  if (/rate\(\w+_count/.test(expression) && !expression.includes("/ sum")) return ["reqps"];
  if (/_bytes/.test(expression)) return ["bytes"];
  if (/_celsius/.test(expression)) return ["celsius"];
  if (/lag_p99_seconds/.test(expression)) return ["s"];
  return ["short", "none", "percentunit", "bool_yes_no"];
};

describe("docs/prometheus/alerts.yml", () => {
  type Rule = {
    readonly alert: string;
    readonly expr: string;
    readonly for: string;
    readonly labels: { readonly severity: string };
    readonly annotations: { readonly summary: string; readonly description: string };
  };
  const { groups } = parse(readFileSync(join(ROOT, "docs/prometheus/alerts.yml"), "utf8"));
  const rules: readonly Rule[] = groups.flatMap((each: { readonly rules: readonly Rule[] }) => each.rules);

  test("has rules with names of their own", () => {
    assert.ok(rules.length >= 12);
    assert.equal(new Set(rules.map((each) => each.alert)).size, rules.length);
  });

  for (const rule of rules)
    test(`${rule.alert} asks for figures there are, waits, and says what to do`, () => {
      assert.deepEqual(Object.keys(rule).toSorted(), ["alert", "annotations", "expr", "for", "labels"]);
      const { labels } = checkExpression(rule.expr);
      assert.match(rule.for, /^\d+[mh]$/);
      assert.match(rule.labels.severity, /^(critical|warning|info)$/);
      const { summary, description } = rule.annotations;
      for (const words of [summary, description]) {
        assert.match(words, /^[\S][\s\S]*\.$/);
        for (const [, label = ""] of words.matchAll(/\$labels\.(\w+)/g))
          assert.ok(labels.has(label), `the result has no label ${label}`);
      }
      const [unit] = unitsOf(rule.expr);
      if (description.includes("humanizeDuration")) assert.equal(unit, "s");
      assert.equal(description.includes("humanizePercentage"), unit === "percentunit");
    });
});

describe("docs/grafana/chromecast-video-converter.json", () => {
  type Panel = {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly fieldConfig: { readonly defaults: { readonly unit: string } };
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  };
  const dashboard = JSON.parse(
    readFileSync(join(ROOT, "docs/grafana/chromecast-video-converter.json"), "utf8"),
  );
  const panels: readonly Panel[] = dashboard.panels;

  test("its panels have numbers and places of their own", () => {
    assert.equal(new Set(panels.map((each) => each.id)).size, panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    assert.equal(new Set(cells).size, cells.length, "two panels lie over each other");
    assert.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24));
  });

  for (const panel of panels)
    test(`"${panel.title}" asks for figures there are, in their unit`, () => {
      assert.ok(panel.targets.length > 0);
      for (const { expr, legendFormat } of panel.targets) {
        const { labels } = checkExpression(expr);
        for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
          assert.ok(labels.has(label), `${legendFormat}: the result has no label ${label}`);
        assert.ok(
          unitsOf(expr).includes(panel.fieldConfig.defaults.unit),
          `${panel.fieldConfig.defaults.unit}: ${expr}`,
        );
      }
    });

  test("shows every figure of ours but those that only describe it", () => {
    const asked = JSON.stringify(panels);
    const missing = Object.keys(METRICS).filter((name) => !asked.includes(name));
    assert.deepEqual(missing, [
      "cvc_queue_slots",
      "cvc_queue_held",
      "cvc_encoder_info",
      "cvc_gpu_memory_used_bytes",
      "cvc_gpu_memory_size_bytes",
      "cvc_library_files",
      "cvc_library_scan_timestamp_seconds",
      "cvc_database_trouble",
      "cvc_kept_limit_bytes",
      "cvc_log_lost_lines",
    ]);
  });
});
