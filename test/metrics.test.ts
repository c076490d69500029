/** What Prometheus is given. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { METRICS } from "../src/core/metrics.ts";
import { figuresIn } from "./support/prometheus.ts";
import { openScraped } from "./support/scraped.ts";
import { tempFolder } from "./support/temp.ts";

const { app, control, text, figures, close } = await openScraped(tempFolder({ after }));
after(close);

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
    const only = (name: string) => figures.get(name)?.rows.map(({ labels, value }) => ({ ...labels, value }));
    assert.deepEqual(only("cvc_pause_films"), [{ code: "disk-over-limit", value: 3 }]);
    const phone = { kind: "notifier", name: "phone", value: 1 };
    assert.deepEqual(only("cvc_deliveries_waiting"), [phone]);
    assert.deepEqual(only("cvc_delivery_failing"), [{ ...phone, code: "target-refuses" }]);
    assert.deepEqual(only("cvc_library_watch_info")?.[0], { library: "movies", mode: "events", value: 1 });
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
