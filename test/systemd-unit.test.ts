/** The unit for systemd: what it starts and names is there, and systemd takes it where there is one to ask. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tempFolder } from "./support/temp.ts";

const ROOT = join(import.meta.dirname, "..");
const NAME = "chromecast-video-converter.service";
const HOME = "/opt/chromecast-video-converter";
const unit = readFileSync(join(ROOT, "docs/systemd", NAME), "utf8");

test("it sets only variables that the program reads, and points to its own files", () => {
  const template = readFileSync(join(ROOT, ".env.template"), "utf8");
  const names = [...unit.matchAll(/^Environment=(\w+)=/gm)].map(([, name]) => name);
  assert.deepEqual(names.toSorted(), ["CONFIG_PATH", "DATA_DIR", "PORT"]);
  for (const name of names) assert.match(template, new RegExp(`^#?${name}=`, "m"));
  for (const [, path = ""] of unit.matchAll(/\/opt\/chromecast-video-converter\/([\w/.-]+)/g))
    assert.ok(readFileSync(join(ROOT, path)).length > 0, path);
  assert.match(unit, /^ProtectSystem=strict$/m);
  assert.match(unit, /^KillMode=mixed$/m);
});

test("systemd takes it without a complaint", (context) => {
  if (spawnSync("systemd-analyze", ["--version"]).status !== 0)
    return context.skip("no systemd is installed");
  const file = join(tempFolder(context), NAME);
  writeFileSync(file, unit.replaceAll(HOME, ROOT));
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
  const said = stderr.split("\n").filter((line) => line.includes("chromecast"));
  assert.deepEqual([status, said], [0, []]);
});
