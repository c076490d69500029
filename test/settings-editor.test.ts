/** Settings are read, checked and saved; the file keeps everything that a person wrote into it. */
import assert from "node:assert/strict";
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  createSettingsEditor,
  type SettingsDraft,
  type SettingsEditor,
} from "../src/apps/settings-editor.ts";
import { parseSettings } from "../src/core/settings.ts";
import { masked } from "../src/core/settings-secrets.ts";
import { isTree, merged, type SettingsTree } from "../src/core/settings-tree.ts";
import { writtenOf } from "../src/core/settings-written.ts";
import { readSettingsFile } from "../src/edges/settings-file.ts";
import { testSettings } from "./support/control.ts";
import { newSettingsHome, SETTINGS_TEXT } from "./support/settings.ts";
import { isProblem, NOW, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const newEditor = (context: TestContext, text: string | null = SETTINGS_TEXT) => {
  const home = newSettingsHome(context, text);
  const { store } = newStore(context);
  const editor = createSettingsEditor({
    control: { settings: testSettings(), store },
    source: home.source,
    now: () => NOW,
  });
  return { ...home, store, editor };
};

const draftOf = (editor: SettingsEditor, patch: SettingsTree): SettingsDraft => {
  const current = editor.read();
  const made = editor.draft(current, merged(current.tree, patch));
  assert.equal(made.kind, "ok", JSON.stringify(made));
  assert.ok(made.kind === "ok");
  return made.draft;
};

test("a change is written where it belongs, and nothing else in the file is another", async (context) => {
  const { editor, text, store } = newEditor(context);
  const draft = draftOf(editor, {
    operational: { max_attempts: 5 },
    libraries: { movies: { original: "archive" } },
  });
  const expected = [
    { key: "libraries.movies.original", from: "keep", to: "archive" },
    { key: "operational.max_attempts", from: 3, to: 5 },
  ];
  assert.deepEqual(draft.changes, expected);
  await editor.save(draft, "10.0.0.7");
  assert.equal(
    text(),
    SETTINGS_TEXT.replace("# disk 1\n", "# disk 1\n    original: archive\n").replace(
      "# no card yet\n",
      "# no card yet\n  max_attempts: 5\n",
    ),
  );
  const kept = store.settingsChanges.latest({ limit: 10 });
  assert.deepEqual(
    kept.map(({ at, who, key, from, to }) => ({ at, who, key, from, to })),
    expected.map((each) => ({ at: NOW, who: "10.0.0.7", ...each })).toReversed(),
  );
});

test("a file that changed meanwhile is not written over", async (context) => {
  const { editor, file, store } = newEditor(context);
  const draft = draftOf(editor, { operational: { max_attempts: 5 } });
  const theirs = `${SETTINGS_TEXT}logging: { retention_days: 9 }\n`;
  writeFileSync(file, theirs);
  await assert.rejects(editor.save(draft, "x"), isProblem("settings-changed"));
  assert.equal(readFileSync(file, "utf8"), theirs);
  assert.deepEqual(readdirSync(dirname(file)), ["settings.yaml"], "nothing is left beside it");
  assert.deepEqual(store.settingsChanges.latest({ limit: 1 }), []);
});

test("of two saves of one version the second is refused", async (context) => {
  const { editor } = newEditor(context);
  const drafts = [5, 6].map((count) => draftOf(editor, { operational: { max_attempts: count } }));
  const results = await Promise.allSettled(drafts.map((each) => editor.save(each, "x")));
  assert.deepEqual(
    results.map((each) => each.status),
    ["fulfilled", "rejected"],
  );
  assert.equal(editor.read().settings.operational.max_attempts, 5);
});

test("the file keeps its mode, and a link to it stays a link", async (context) => {
  const { editor, file } = newEditor(context);
  chmodSync(file, 0o640);
  const linked = join(tempFolder(context), "settings.yaml");
  symlinkSync(file, linked);
  const source = { ...newSettingsHome(context).source, file: linked };
  const { store } = newStore(context);
  const other = createSettingsEditor({
    control: { settings: testSettings(), store },
    source,
    now: () => NOW,
  });
  await other.save(draftOf(other, { logging: { retention_days: 3 } }), "x");
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.ok(lstatSync(linked).isSymbolicLink());
  assert.equal(editor.read().settings.logging.retention_days, 3);
});

test("what cannot be used is refused with every reason, and nothing is written", (context) => {
  const { editor, text } = newEditor(context);
  const current = editor.read();
  const made = editor.draft(
    current,
    merged(current.tree, {
      operational: { gpu_onyl: true, max_attempts: 99 },
      profiles: { movies: { codec: "hevc" } },
    }),
  );
  assert.ok(made.kind === "invalid");
  assert.deepEqual(made.issues.map((each) => each.path).toSorted(), [
    "operational.gpu_onyl",
    "operational.max_attempts",
    "profiles.movies.codec",
  ]);
  assert.equal(text(), SETTINGS_TEXT);
});

test("a secret is never in a change, stays when it is masked, and is told as changed", async (context) => {
  const { editor, text, store } = newEditor(context);
  const { tree } = editor.read();
  assert.ok(!JSON.stringify(masked(tree)).includes("s3cr3t"));
  const same = editor.draft(editor.read(), masked(tree));
  assert.ok(same.kind === "ok");
  assert.equal(same.draft.text, SETTINGS_TEXT);

  await editor.save(
    draftOf(editor, { jellyfin: { api_key: "0ther" }, notifiers: { webhook: { url: "https://h/x" } } }),
    "x",
  );
  assert.match(text(), /api_key: 0ther \}/);
  const kept = store.settingsChanges.latest({ limit: 10 });
  assert.ok(!/s3cr3t|0ther|https:..h/.test(JSON.stringify(kept)));
  assert.deepEqual(kept.map(({ key, from, to }) => [key, from, to]).toSorted(), [
    ["jellyfin.api_key", "********", "********"],
    ["notifiers.webhook.url", null, "********"],
  ]);
});

test("the text is shown with its secrets masked, and takes them back when it is saved", async (context) => {
  const { editor, text } = newEditor(context);
  const shown = editor.maskedText(editor.read());
  assert.equal(shown, SETTINGS_TEXT.replace("s3cr3t", '"********"'));
  const draft = editor.draftText(editor.read(), `${shown}logging: { retention_days: 9 }\n`);
  await editor.save(draft, "x");
  assert.equal(text(), `${SETTINGS_TEXT}logging: { retention_days: 9 }\n`);
});

test("a text that repeats a secret in a comment is not shown", (context) => {
  const { editor } = newEditor(context, `${SETTINGS_TEXT}# the old key was s3cr3t\n`);
  assert.equal(editor.maskedText(editor.read()), null);
});

const level = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(of).join(", ")}]\n`;
const BOMB = ["x", ..."abcdefgh"].reduce(
  (text, name, index, names) => text + level(name, index === 0 ? "1" : `*${names[index - 1]}`),
  "",
);
const HOSTILE: readonly (readonly [string, string, RegExp])[] = [
  ["aliases that multiply", BOMB, /Excessive alias count/],
  ["brackets without end", "[".repeat(100_000), /nested too deeply|settings:1/],
  ["braces in braces", "{a: ".repeat(20_000), /nested too deeply|settings:1/],
  ["more text than settings have", `# ${"x".repeat(300_000)}`, /larger than 256 KiB/],
  [
    "twenty thousand keys that nobody knows",
    Array.from({ length: 20_000 }, (_, each) => `k${each}: 1`).join("\n"),
    /settings:50: k49: unknown key[\s\S]*and 19950 more unknown keys/,
  ],
  ["a key that is repeated", "logging: {}\nlogging: {}\n", /settings:2: Map keys must be unique/],
  ["a number as a library's name and a list as its value", "libraries: { 1: [] }", /libraries\.1/],
  ["a key of every object", "libraries: { __proto__: { root: /f } }\nzzz: 1", /zzz/],
  ["two documents", "logging: {}\n---\nlogging: {}\n", /multiple documents/],
  ["a tag that would make something", "logging: !!js/function 'x'\n", /settings:1/],
];
for (const [name, text, says] of HOSTILE)
  test(`text is refused: ${name}`, (context) => {
    const { editor } = newEditor(context);
    const current = editor.read();
    const started = performance.now();
    assert.throws(
      () => editor.draftText(current, text),
      (thrown: unknown) => isProblem("settings-invalid")(thrown) && says.test(String(thrown)),
    );
    assert.ok(performance.now() - started < 3000, "at once");
  });

test("without a file one is made from the template, with what is used now, and read again as the same", async (context) => {
  const { editor, file, text } = newEditor(context, null);
  assert.equal(editor.read().version, null);
  const draft = draftOf(editor, { operational: { max_attempts: 4 } });
  assert.deepEqual(draft.changes, [{ key: "operational.max_attempts", from: 3, to: 4 }]);
  await editor.save(draft, "x");
  const settings = readSettingsFile(file);
  assert.deepEqual(settings.libraries, testSettings().libraries);
  assert.equal(settings.operational.gpu_only, false);
  assert.equal(settings.operational.max_attempts, 4);
  assert.match(text(), /root: \/films\/movies +# the folder; the only key a library must have/);
  assert.match(text(), /gpu_only: false +# encodes wait for a GPU/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.notEqual(editor.read().version, null);
  assert.deepEqual(readdirSync(dirname(file)), ["settings.yaml"]);
});

test("the first settings of a household are its folders and the template's words", async (context) => {
  const { editor, file, text } = newEditor(context, null);
  const wanted = { libraries: { kids: { root: "/kids" } }, devices: ["chromecast-ultra"] };
  await assert.rejects(
    editor.saveFirst({ ...wanted, devices: ["toaster"] }, "x"),
    isProblem("settings-invalid"),
  );
  await editor.saveFirst(wanted, "x");
  const { libraries, devices, operational } = readSettingsFile(file);
  assert.deepEqual(
    [Object.keys(libraries), libraries.kids?.root, devices, operational.gpu_only],
    [["kids"], "/kids", ["chromecast-ultra"], true],
  );
  assert.match(text(), /^ {2}kids:\n {4}root: \/kids +# the folder; the only key a library must have$/m);
  await assert.rejects(editor.saveFirst(wanted, "x"), isProblem("settings-changed"));
});

test("a file that came meanwhile is not written over by the first one", async (context) => {
  const { editor, file } = newEditor(context, null);
  const draft = draftOf(editor, {});
  writeFileSync(file, "# theirs\n");
  await assert.rejects(editor.save(draft, "x"), isProblem("settings-changed"));
  assert.equal(readFileSync(file, "utf8"), "# theirs\n");
  assert.deepEqual(readdirSync(dirname(file)), ["settings.yaml"]);
});

test("settings written out are read as the same settings", () => {
  const parsed = parseSettings({
    devices: ["theatre"],
    device_profiles: {
      theatre: {
        like: "chromecast-ultra",
        hdr: [],
        max_peak_mbps: 55.5,
        video: { h264: { level: "4.2", modes: ["1920x1080@59.94"] }, vp8: "none", hevc: { bit_depth: 10 } },
      },
    },
    libraries: { kids: { root: "/kids", burn_in: 2, depth: 0, languages: ["eng"] } },
    profiles: {
      "a.b": { max_bitrate: "7500k", bufsize: 9_000_000, resolution: "854x480", level: 4, rc: "vbr_hq" },
    },
    jellyfin: { libraries: { kids: 12 } },
  });
  assert.ok(parsed.kind === "ok");
  const again = parseSettings(JSON.parse(JSON.stringify(writtenOf(parsed.settings))));
  assert.ok(isTree(writtenOf(parsed.settings)) && again.kind === "ok", JSON.stringify(again));
  assert.deepEqual(again.settings, parsed.settings);
});
