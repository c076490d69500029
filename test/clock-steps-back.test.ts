/** The clock of a machine may be set back after a person asked for a measurement: it is made once all the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createSpeeds } from "../src/apps/speeds.ts";
import type { Ffmpeg } from "../src/edges/ffmpeg.ts";
import { newBench } from "./support/running.ts";
import { tempFolder } from "./support/temp.ts";

test("measured once, although the clock was set back an hour", async (context) => {
  const { running, pass } = newBench(context, tempFolder(context));
  let measured = 0;
  /** Makes thirty pictures each half second. */
  const ffmpeg: Ffmpeg = {
    program: "ffmpeg",
    run: async (_, { onProgress }) => {
      if (onProgress) measured++;
      for (const outTimeSeconds of onProgress ? [1, 2] : []) {
        onProgress?.({
          outTimeSeconds,
          percent: null,
          fps: null,
          speed: null,
          etaSeconds: null,
          bytes: null,
        });
        await wait(600);
      }
      return { end: { exitCode: 0, signal: null, stderr: "", stopped: null }, saidEnd: true };
    },
  };
  const speeds = createSpeeds({ ...running, ffmpeg }, false);
  speeds.again();
  pass(-3_600_000);
  for (let rounds = 0; rounds < 5 && speeds.now().state !== "idle"; rounds++) {
    speeds.pump();
    await speeds.idle();
  }
  assert.deepEqual([speeds.now().state, measured], ["idle", 1]);
});
