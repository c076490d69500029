/** The machine of the tests: a household's server with a card, a full disk, and one that is away. */

import type { Checks, System, SystemFacts } from "../../src/apps/system-facts.ts";
import type { Watching } from "../../src/apps/watch-loop.ts";

export type TestSystem = System & {
  /** Changes what the machine says of itself. */
  readonly setFacts: (facts: Partial<SystemFacts>) => void;
  readonly setChecks: (checks: Checks) => void;
  readonly checkCount: () => number;
  /** What was asked for: `probe`, `measure`. */
  readonly asked: readonly string[];
};

const TERABYTE = 1e12;

const factsAt = (now: number): SystemFacts => ({
  versions: {
    program: "0.1.0",
    node: "24.21.0",
    ffmpeg: "7.1.1-1+b1 <debian>",
    sqlite: "3.51.0",
    system: "linux 6.12.57",
  },
  probing: "libavformat 62.19.101, libavcodec 62.36.101; ffprobe judges",
  startedAt: now - 276_000_000,
  processors: 8,
  memory: { programBytes: 142e6, freeBytes: 9.1e9, totalBytes: 16.7e9 },
  cards: {
    kind: "cards",
    cards: [
      {
        index: 0,
        uuid: "GPU-0a1b",
        name: "NVIDIA GeForce GTX 1660 SUPER",
        driver: "550.54.14",
        temperatureCelsius: 61,
        usedPercent: 34,
        memoryUsedBytes: 1.1e9,
        memoryTotalBytes: 6.4e9,
        encodes: 1,
      },
    ],
  },
  encoders: {
    at: now - 3_600_000,
    trials: [{ codec: "h264_nvenc", works: true, why: "", mend: "", card: null }],
    decoding: { isProven: true, why: "" },
  },
  speeds: {
    state: "idle",
    measured: [
      {
        ...{ encoder: "h264_nvenc", device: "GPU-0a1b", name: "NVIDIA GeForce GTX 1660 SUPER" },
        ...{
          driver: "550.54.14",
          ffmpeg: "7.1.1-1+b1 <debian>",
          options: "-preset:v p5",
          decodesOnCard: true,
        },
        ...{ framesPerSecond: 412.3, measuredAt: now - 86_400_000 },
      },
    ],
  },
  disks: [
    {
      folders: [
        { what: "movies", path: "/films/movies" },
        { what: "archive of series", path: "/films/archive" },
      ],
      space: { totalBytes: 8 * TERABYTE, freeBytes: 0.42 * TERABYTE, usedPercent: 94.7 },
      why: "",
    },
    { folders: [{ what: "series", path: "/films/series" }], space: null, why: "it does not answer" },
    {
      folders: [{ what: "data", path: "/var/lib/cvc" }],
      space: { totalBytes: 0.25 * TERABYTE, freeBytes: 0.18 * TERABYTE, usedPercent: 28 },
      why: "",
    },
  ],
  database: {
    file: "/var/lib/cvc/library.sqlite",
    sizeBytes: 177e6,
    backups: [1, 2, 3].map((days) => ({
      name: `library-${days}-daily.sqlite`,
      path: `/var/lib/cvc/backups/library-${days}-daily.sqlite`,
      madeAt: now - days * 40_000_000,
      reason: "daily" as const,
      sizeBytes: 170e6,
    })),
  },
});

/** A library that tells of its changes, and one on a share that is watched from elsewhere. */
export const watchingIn = (now: number): readonly Watching[] => [
  {
    library: "movies",
    mode: "events",
    why: "the system tells of each change",
    mend: "",
    folders: 812,
    watched: 812,
    lastEventAt: now - 185_000,
    pollSeconds: 600,
    missed: 0,
    by: "this program",
    heardAt: null,
  },
  {
    library: "series",
    mode: "polled",
    why: "other machines may change it without this one being told (NFS)",
    mend: "",
    folders: 96,
    watched: 96,
    lastEventAt: null,
    pollSeconds: 60,
    missed: 3,
    by: "a watcher elsewhere",
    heardAt: now - 20_000,
  },
];

const CHECKED: Checks = {
  at: null,
  isRunning: false,
  findings: [
    { check: "settings", state: "ok", detail: "2 libraries, devices chromecast-3", mend: "" },
    { check: "ffmpeg", state: "ok", detail: "7.1.1", mend: "" },
    { check: "encoder h264_vaapi", state: "note", detail: "No VA display found for <device>", mend: "" },
    {
      check: "folders of series",
      state: "bad",
      detail: "3 of 12 folders looked at cannot be written: /films/series/Severance is root's",
      mend: "sudo chown -R films: '/films/series'",
    },
  ],
};

/** A machine that says what it is told; its doctor ends when it is told. */
export const testSystem = (now: () => number): TestSystem => {
  let facts = factsAt(now());
  let checks = CHECKED;
  let count = 0;
  const asked: string[] = [];
  return {
    facts: async () => facts,
    checks: () => checks,
    check: () => {
      count++;
      checks = { ...checks, isRunning: true };
    },
    asked,
    probe: () => void asked.push("probe"),
    measure: () => void asked.push("measure"),
    setFacts: (more) => {
      facts = { ...facts, ...more };
    },
    setChecks: (next) => {
      checks = next;
    },
    checkCount: () => count,
  };
};
