/** What a file is called never reaches a terminal, a log or a page as anything but visible text. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { shellQuoted } from "../../src/core/human-text.ts";
import { runCli } from "../support/cli.ts";
import { putClip } from "../support/clips.ts";
import { tempFolder } from "../support/temp.ts";

/** Sets a window's title, clears the screen (as ESC and as C1), and turns the order of letters around. */
const NAMES = [
  "title \u001b]0;owned\u0007.mkv",
  "clear \u009b2J\u001b[2J.mkv",
  "turned \u202evkm.exe.mkv",
  "new\nline\r.mkv",
];

/** Everything but the line breaks of the text itself. */
const HIDDEN = /(?!\n)\p{Cc}|[\u2028-\u202E\u2066-\u2069]/u;

test("inspect, of a folder and of one film, as text and as JSON, prints names that do nothing", async (context) => {
  const folder = tempFolder(context);
  const clip = await putClip("remux", join(folder, "0 plain.mkv"));
  for (const name of NAMES) writeFileSync(join(folder, name), "no film");
  const film = await putClip("remux", join(folder, "film", `\u001b[31m${NAMES[2]}`));
  for (const args of [
    [folder],
    [folder, "--json"],
    [film],
    [film, "--json"],
    [join(folder, NAMES[0] ?? "")],
  ]) {
    const { out, err } = await runCli(context, ["inspect", ...args]);
    assert.ok(out.length > 100, err);
    assert.doesNotMatch(out, HIDDEN);
    assert.doesNotMatch(err, HIDDEN);
  }
  const { lines } = await runCli(context, ["inspect", folder, "--json"]);
  const paths = lines().flatMap((each) => (typeof each.path === "string" ? [each.path] : []));
  assert.deepEqual(
    paths.toSorted(),
    [clip, film, ...NAMES.map((each) => join(folder, each))].toSorted(),
    "JSON names the very file",
  );
});

test("a command that is shown can be pasted, whatever the name", (context) => {
  const shell = ["bash", "zsh"].find((each) => spawnSync(each, ["-c", "true"]).status === 0);
  if (!shell) return context.skip("neither bash nor zsh is installed");
  const words = [...NAMES, "it's \\ $(id) `id` é 日本", "-rf", ""];
  const line = shellQuoted(["printf", "%s\\0", ...words]).join(" ");
  assert.doesNotMatch(line, HIDDEN);
  const said = execFileSync(shell, ["-c", line], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  assert.deepEqual(said.split("\0").slice(0, -1), words);
});

test("a line of the log holds names that do nothing, and says the same", () => {
  const edge = new URL("../../src/edges/log.ts", import.meta.url).href;
  const code = `const { createLog } = await import(${JSON.stringify(edge)});
    createLog("info").warn({ path: ${JSON.stringify(NAMES.join(""))} }, "attempt failed");`;
  const line = execFileSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  assert.doesNotMatch(line.trimEnd(), HIDDEN);
  assert.equal(JSON.parse(line).path, NAMES.join(""));
});
