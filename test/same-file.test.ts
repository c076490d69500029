/** Whether subtitles beside a film are ours, where a disk does not answer. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Problem, toProblem } from "../src/core/problem.ts";
import { fingerprintFile } from "../src/edges/library-walk.ts";
import { fileStat } from "../src/edges/library-write.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { untouchedSidecars } from "../src/steps/same-file.ts";
import { tempFolder } from "./support/temp.ts";

test("a disk that fails for a moment does not make a person's file of our subtitles", async (context) => {
  const path = join(tempFolder(context), "Film.en.vtt");
  writeFileSync(path, "WEBVTT\n");
  const found = await fileStat(path);
  assert.ok(found);
  const asset = {
    outputModifiedUs: found.modifiedUs,
    modifiedUs: found.modifiedUs,
    sidecarPaths: [path],
    sidecarFingerprints: [await fingerprintFile(path, found.sizeBytes)],
  } as unknown as Asset;
  const failing = (code: "io-error" | "permission-denied") => ({
    fileStat,
    fingerprintFile: async () => {
      throw new Problem(code, path);
    },
  });
  assert.deepEqual(
    (await untouchedSidecars({ fileStat, fingerprintFile }, asset)).map((each) => each.path),
    [path],
  );
  await assert.rejects(
    untouchedSidecars(failing("io-error"), asset),
    (thrown) => toProblem(thrown).code === "io-error",
  );
  assert.deepEqual(await untouchedSidecars(failing("permission-denied"), asset), []);
});
