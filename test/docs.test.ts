/** What the user documents promise, compared with the code. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { DEVICE_NAMES } from "../src/core/devices.ts";
import { lifecycleDiagram } from "../src/core/lifecycle.ts";
import { defaultEncodingProfile } from "../src/core/settings-profile.ts";
import { settingsLeaves } from "./support/settings-keys.ts";

const ROOT = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

describe("docs/user/02_configuration.md", () => {
  const text = read("docs/user/02_configuration.md");
  /** Key and default of each row of a table, before the environment variables. */
  const documented = [...(text.split("## Environment")[0] ?? "").matchAll(/^\| `([^`]+)` \|([^|]*)\|/gm)].map(
    ([, key = "", value = ""]) => [key, parse(value.replaceAll("`", "")) ?? undefined] as const,
  );
  const leaves = settingsLeaves();

  it("has each key of the settings once, and no other", () => {
    assert.deepEqual(documented.map(([key]) => key).toSorted(), [...leaves.keys()].toSorted());
  });

  // Their values are checked by a function, so the schema cannot show the default.
  const checkedByFunction: Readonly<Record<string, unknown>> = {
    "profiles.*.codec": defaultEncodingProfile.codec,
    "profiles.*.level": defaultEncodingProfile.level,
    "profiles.*.audio.codec": defaultEncodingProfile.audio.codec,
  };
  for (const [key, value] of documented)
    it(`says the default of ${key}`, () =>
      assert.deepEqual(value, leaves.get(key) ?? checkedByFunction[key]));

  it("names every device", () => {
    for (const name of DEVICE_NAMES) assert.ok(text.includes(`\`${name}\``), name);
  });

  it("and the page of the containers and .env.template name the same variables, with the same defaults", () => {
    const rows = `${text.split("## Environment")[1] ?? ""}${read("docs/user/15_containers.md")}`;
    const here = [...rows.matchAll(/^\| `([A-Z_]+)` \| `([^`]+)`/gm)];
    const there = [...read(".env.template").matchAll(/^#([A-Z_]+)=(.*)$/gm)];
    const pairs = (found: readonly RegExpExecArray[]) => found.map(([, name, value]) => `${name}=${value}`);
    assert.ok(here.length >= 4);
    assert.deepEqual(pairs(here).toSorted(), pairs(there).toSorted());
  });
});

describe("docs/01_architecture.md", () => {
  it("draws the lifecycle as the table has it", () => {
    const drawn = [...read("docs/01_architecture.md").matchAll(/^```mermaid\n([\s\S]*?)\n```$/gm)].map(
      ([, text]) => text,
    );
    assert.ok(drawn.includes(lifecycleDiagram()), "no ```mermaid block equals lifecycleDiagram()");
  });
});

describe("every document", () => {
  const documents = ["", "docs", "docs/user", "docs/decisions"].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  );
  for (const document of documents)
    it(`${document}: links lead to files that are there`, () => {
      const targets = [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
        ([, target = ""]) => target,
      );
      assert.deepEqual(
        targets.filter((target) => !existsSync(join(ROOT, dirname(document), target))),
        [],
      );
    });

  for (const decision of documents.filter((each) => each.startsWith("docs/decisions/")))
    it(`${decision}: context, choice and consequence in at most 40 lines`, () => {
      const lines = read(decision).trimEnd().split("\n");
      assert.ok(lines.length <= 40, `${lines.length} lines`);
      assert.deepEqual(
        lines.filter((line) => line.startsWith("## ")),
        ["## Context", "## Choice", "## Consequence"],
      );
    });
});
