/** An original is moved, and right after its new name was given a person puts a film of theirs there: neither is lost. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { moveOriginal } from "../src/edges/library-write.ts";
import { isProblem } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const OTHER_DISK = "/dev/shm";

for (const [where, parent] of [
  ["the same disk", undefined],
  ["another disk", OTHER_DISK],
] as const)
  for (const [what, change] of [
    ["replaced", (to: string, theirs: string) => renameSync(theirs, to)],
    ["taken away", (to: string) => rmSync(to)],
    ["written to", (to: string) => appendFileSync(to, ", cut")],
  ] as const)
    test(`on ${where} what has the new name is ${what}: the original stays`, {
      skip: parent === undefined || existsSync(parent) ? false : "there is no second disk",
    }, async (context) => {
      const folder = tempFolder(context);
      const archive = parent === undefined ? join(folder, "archive") : tempFolder(context, parent);
      mkdirSync(archive, { recursive: true });
      const [from, to, theirs] = [join(folder, "Film.mkv"), join(archive, "Film.mkv"), join(archive, "new")];
      writeFileSync(from, "the original film");
      writeFileSync(theirs, "a film of a person");
      let isDone = false;
      const prove = async (): Promise<void> => {
        if (isDone || !existsSync(to)) return;
        isDone = true;
        change(to, theirs);
      };
      const moving = moveOriginal(from, to, "archive-failed", { base: archive, prove });
      // On one disk both names are the same file, which is what the person made of it.
      if (parent === undefined && what === "written to") {
        await assert.rejects(moving, isProblem("archive-failed"));
        assert.equal(readFileSync(existsSync(from) ? from : to, "utf8"), "the original film, cut");
        return;
      }
      if (parent === undefined && what === "taken away") {
        // The name is free, so it is moved once more, by a copy that is compared.
        await moving;
        assert.equal(readFileSync(to, "utf8"), "the original film");
        assert.ok(isDone && !existsSync(from));
        return;
      }
      await assert.rejects(moving, isProblem(what === "taken away" ? "folder-away" : "archive-failed"));
      assert.ok(isDone);
      assert.equal(readFileSync(from, "utf8"), "the original film");
      if (what === "replaced") assert.equal(readFileSync(to, "utf8"), "a film of a person");
      if (what === "written to")
        assert.equal(readFileSync(to, "utf8"), "the original film, cut", "and what was written");
    });
