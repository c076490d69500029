import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse } from "yaml";
import { settingsLeaves } from "../../test/support/settings-keys.ts";
import { Problem } from "../core/problem.ts";
import { parseSettings } from "../core/settings.ts";
import { defaultEncodingProfile } from "../core/settings-profile.ts";
import { readSettingsFile } from "./settings-file.ts";

const TEMPLATE = join(import.meta.dirname, "../../config/settings.yaml.template");

/** The settings file that the Python original of this program shipped. */
const ORIGINAL = `libraries:
  movies: { root: /watch/movies, depth: max, profile: movies }
  series: { root: /watch/series, depth: max, profile: series }
profiles:
  movies: { codec: h264, profile: high, level: "4.1", resolution: 1280x720, max_fps: 30, max_bitrate: 8M, bufsize: 16M, preset: p5, rc: vbr_hq, cq: 18, audio: { codec: aac, bitrate: 192k, channels: 2 } }
  series: { codec: h264, profile: high, level: "4.1", resolution: 1280x720, max_bitrate: 8M, bufsize: 16M, audio: { codec: aac, bitrate: 192k } }
operational: { max_concurrent_jobs: 1, gpu_temperature_cutoff: 85, max_disk_usage_percent: 90, remove_original_after_success: false }
logging: { retention_days: 7 }
notifiers: { webhook: { url: https://hooks.example.com/notify } }
`;

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "settings-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (content: string | Uint8Array): string => {
  const path = join(folder, "settings.yaml");
  writeFileSync(path, content);
  return path;
};

/** The lines of the problem that reading `path` throws, without the file's own path. */
const complaintsAbout = (path: string): readonly string[] => {
  try {
    readSettingsFile(path);
  } catch (thrown) {
    assert.ok(thrown instanceof Problem);
    assert.equal(thrown.code, "settings-invalid");
    return thrown.detail.split("\n").map((line) => {
      assert.ok(line.startsWith(path), line);
      return line.slice(path.length);
    });
  }
  return [];
};

describe("what loads", () => {
  it("the original's file, unchanged", () => {
    const settings = readSettingsFile(fileOf(ORIGINAL));
    assert.equal(settings.libraries.movies?.root, "/watch/movies");
    assert.equal(settings.profiles.movies?.rc, "vbr_hq");
    assert.equal(settings.profiles.series?.max_bitrate, 8_000_000);
    assert.equal(settings.notifiers.webhook?.url, "https://hooks.example.com/notify");
    assert.deepEqual(settings.devices, ["chromecast-2", "chromecast-3"]);
  });

  it("an empty file and a file of comments, as all defaults", () => {
    const defaults = parseSettings({});
    assert.ok(defaults.kind === "ok");
    assert.deepEqual(readSettingsFile(fileOf("")), defaults.settings);
    assert.deepEqual(readSettingsFile(fileOf("# nothing yet\n")), defaults.settings);
  });

  it("a file with a byte order mark and Windows line ends", () => {
    const settings = readSettingsFile(fileOf("\uFEFFlogging:\r\n  retention_days: 3\r\n"));
    assert.equal(settings.logging.retention_days, 3);
  });

  it("an anchor used twice", () => {
    const settings = readSettingsFile(fileOf("profiles:\n  movies: &same { cq: 20 }\n  series: *same\n"));
    assert.equal(settings.profiles.series?.cq, 20);
  });

  it("a path as it is written: nothing is expanded", () => {
    const settings = readSettingsFile(fileOf("libraries: { films: { root: /media/$HOME } }\n"));
    assert.equal(settings.libraries.films?.root, "/media/$HOME");
  });
});

describe("what is refused, and on which line", () => {
  const cases: readonly [string, string, RegExp][] = [
    ["an unknown key", "operational:\n  gpu_onyl: true\n", /^:2: operational\.gpu_onyl: .*gpu_only/],
    ["an unknown section", "\n\nlibary: {}\n", /^:3: libary: unknown key/],
    [
      "HEVC",
      "profiles:\n  movies:\n    level: '4.1'\n    codec: hevc\n",
      /^:4: profiles\.movies\.codec: .*h264/,
    ],
    ["level 5.2", 'profiles:\n  movies:\n    level: "5.2"\n', /^:3: profiles\.movies\.level: .*4\.1/],
    [
      "six channels",
      "profiles:\n  movies:\n    audio:\n      channels: 6\n",
      /^:4: profiles\.movies\.audio\.channels: .*silent/,
    ],
    ["a missing root", "libraries:\n  films:\n    depth: max\n", /^:2: libraries\.films\.root: /],
    ["a wrong item of a list", "devices:\n  - chromecast-3\n  - betamax\n", /^:3: devices\.1: /],
    [
      "a profile whose name holds dots",
      "profiles:\n  a: {}\n  a.b:\n    cq: 99\n",
      /^:4: profiles\.a\.b\.cq: /,
    ],
    ["a key behind an alias", "profiles:\n  a: &x\n    cq: 99\n  b: *x\n", /^:3: profiles\.[ab]\.cq: /],
    ["deleting without the second lock", "libraries:\n  f:\n    root: /f\n    original: delete\n", /^:4: /],
    ["tabs as indentation", "logging:\n\tretention_days: 7\n", /^:2: .*tab/i],
    ["a bracket left open", "devices: [chromecast-2\nlogging: {}\n", /^:\d+: /],
    ["the same key twice", "logging: {}\nlogging: {}\n", /^:2: .*unique/],
    ["two documents", "logging: {}\n---\nlogging: {}\n", /^:\d+: .*multiple documents/],
    ["a list instead of settings", "- a\n- b\n", /^:1: \(file\): /],
    ["an alias of nothing", "logging: *nowhere\n", /nowhere/],
    ["aliases that multiply", bomb(), /^: Excessive alias count/],
    ["a larger file than any settings", `# ${"x".repeat(1024 * 1024)}\n`, /^: is larger than 1 MiB/],
  ];
  for (const [name, yaml, expected] of cases)
    it(name, () => {
      const [first] = complaintsAbout(fileOf(yaml));
      assert.match(first ?? "nothing was refused", expected);
    });

  it("each thing wrong has its own line", () => {
    const yaml = "profiles:\n  movies:\n    codec: hevc\n    cq: 99\nlogging:\n  days: 7\n";
    assert.deepEqual(
      complaintsAbout(fileOf(yaml))
        .map((line) => line.split(":")[1])
        .toSorted(),
      ["3", "4", "6"],
    );
  });

  it("text that is not UTF-8", () => {
    const path = fileOf(Buffer.from("libraries: { films: { root: /f\xfclme } }\n", "latin1"));
    assert.match(complaintsAbout(path)[0] ?? "", /UTF-8/);
  });

  it("a file that is not there, and a folder", () => {
    assert.match(complaintsAbout(join(folder, "absent.yaml"))[0] ?? "", /cannot be read: ENOENT/);
    assert.match(complaintsAbout(folder)[0] ?? "", /not a regular file/);
  });
});

/** Nine levels of nine aliases: small as text, 387 million entries once expanded. */
function bomb(): string {
  const level = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(of).join(", ")}]\n`;
  return ["x", ..."abcdefgh"].reduce(
    (text, name, index, names) => text + level(name, index === 0 ? "1" : `*${names[index - 1]}`),
    "",
  );
}

describe("config/settings.yaml.template", () => {
  const written: unknown = parse(readFileSync(TEMPLATE, "utf8"));
  const leaves = settingsLeaves();

  it("loads, and its profiles are the default one", () => {
    const settings = readSettingsFile(TEMPLATE);
    assert.deepEqual(settings.profiles, { movies: defaultEncodingProfile, series: defaultEncodingProfile });
    assert.equal(settings.operational.gpu_only, true);
  });

  it("holds every key of the schema, those of a device of one's own in a comment", () => {
    const text = readFileSync(TEMPLATE, "utf8");
    const there = new Set(leavesOf(written).map(([path]) => path));
    const isSaid = (key: string): boolean =>
      key.startsWith("device_profiles.*.") ? text.includes(key.split(".")[2] ?? "?") : there.has(key);
    assert.deepEqual(
      [...leaves.keys()].filter((key) => !isSaid(key)),
      [],
    );
  });

  // A library's folder has no default; each of the two libraries names its own profile.
  const free = new Set(["libraries.*.root", "libraries.*.profile"]);
  for (const [path, value] of leavesOf(written).filter(([each]) => !free.has(each)))
    it(`${path} stands there with its default`, () => {
      assert.ok(leaves.has(path), "not a key of the schema");
      assert.deepEqual(value, leaves.get(path) ?? defaultsWithoutSchemaDefault[path]);
    });
});

/** Defaults that the JSON schema cannot show, because the value is checked by a function. */
const defaultsWithoutSchemaDefault: Readonly<Record<string, unknown>> = {
  "profiles.*.codec": defaultEncodingProfile.codec,
  "profiles.*.level": defaultEncodingProfile.level,
  "profiles.*.audio.codec": defaultEncodingProfile.audio.codec,
};

/** The leaves of parsed YAML by key path, the names of libraries, profiles and notifiers as `*`. */
function leavesOf(value: unknown, path: readonly string[] = []): [string, unknown][] {
  const isNamed = path.length === 1 && ["libraries", "profiles", "notifiers"].includes(path[0] ?? "");
  const isLeaf = typeof value !== "object" || value === null || Array.isArray(value);
  const isEmptyRecord = !isLeaf && Object.keys(value).length === 0 && !path.includes("*");
  if (isLeaf || isEmptyRecord) return [[path.join("."), value]];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, isNamed ? "*" : key]));
}
