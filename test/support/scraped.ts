/** A server whose figures have all been counted, and what it gives to Prometheus. */
import { mkdirSync } from "node:fs";
import { buildServer } from "../../src/apps/http/server.ts";
import { createMetrics } from "../../src/edges/metrics.ts";
import { fillLibrary, openTestControl } from "./control.ts";
import { figuresIn } from "./prometheus.ts";

/** To be closed with `close`. */
export const openScraped = async (folder: string) => {
  mkdirSync(folder, { recursive: true });
  const opened = openTestControl(folder);
  const { control } = opened;
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
  const phone = { kind: "notifier", name: "phone" };
  control.store.deliveries.ask(phone, { key: "1", payload: null, now: Date.now() });
  control.store.deliveries.unreached(phone, { code: "target-refuses", detail: "", now: Date.now() });
  const pause = {
    lanes: ["encodes"],
    sentence: "",
    figure: null,
    limit: null,
    since: 0,
    until: null,
  } as const;
  control.say({
    pauses: [
      { ...pause, code: "disk-over-limit", libraries: ["movies"], films: 2 },
      { ...pause, code: "disk-over-limit", libraries: ["series"], films: 1 },
    ],
  });
  control.store.roots.put({ ...root, library: "series", problemCode: "root-missing" });
  const metrics = createMetrics({ ofProcess: true });
  metrics.observe("cvc_job_seconds", { work: "video", outcome: "done" }, 12);
  metrics.observe("cvc_encode_speed_ratio", { encoder: "libx264" }, 2.5);
  metrics.observe("cvc_scan_seconds", { library: "movies", outcome: "done" }, 1);
  metrics.count("cvc_job_failures_total", { code: "io-error" });
  const app = buildServer(control, { metrics });
  await app.inject("/library/1?q=secret");
  await app.inject("/nowhere/at/all");
  await app.inject("/metrics");
  const text = (await app.inject("/metrics")).body;
  return {
    app,
    control,
    text,
    figures: figuresIn(text),
    close: async () => {
      await app.close();
      opened.close();
    },
  };
};
