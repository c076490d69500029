/** The dashboard and the alert rules ask for figures that there are, and for nothing else. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { parser } from "@prometheus-io/lezer-promql";
import { parse } from "yaml";
import { METRICS } from "../src/core/metrics.ts";
import { PROBLEM_CODES } from "../src/core/problem.ts";
import { JOB_OUTCOMES } from "../src/edges/store/jobs.ts";
import { openScraped } from "./support/scraped.ts";
import { tempFolder } from "./support/temp.ts";

const ROOT = join(import.meta.dirname, "..");

const { app, figures, close } = await openScraped(tempFolder({ after }));
after(close);

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
      "cvc_library_watch_info",
      "cvc_database_trouble",
      "cvc_kept_limit_bytes",
      "cvc_log_lost_lines",
    ]);
  });
});
