/** ffprobe is asked two questions of a picture at once: for its headers and for its packets. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { tempFolder } from "./support/temp.ts";

const FILM = {
  streams: [{ index: 0, codec_type: "video", codec_name: "h264", width: 1920, height: 1080 }],
  format: { format_name: "matroska,webm", duration: "60" },
};

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

for (const [failing, hanging] of [
  ["*show_data*", "*read_intervals*"],
  ["*read_intervals*", "*show_data*"],
] as const)
  test(`${failing} fails: ${hanging} is not waited for and does not go on`, async (context) => {
    const folder = tempFolder(context);
    const [program, film, pid] = ["ffprobe", "Film.mkv", "pid"].map((name) => join(folder, name));
    writeFileSync(film ?? "", "a film");
    // The one that fails waits until the other runs.
    const script = `case "$*" in
${hanging}) echo $$ >"${pid}.part"; mv "${pid}.part" "${pid}"; exec sleep 60;;
${failing}) while ! [ -e "${pid}" ]; do sleep 0.01; done; echo "Permission denied" >&2; exit 1;;
*) echo '${JSON.stringify(FILM)}';;
esac`;
    writeFileSync(program ?? "", `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const startedAt = performance.now();
    await assert.rejects(createFfprobe(program).probe(film ?? ""), { code: "file-unreadable" });
    assert.ok(performance.now() - startedAt < 30_000, "it hangs for a minute");
    assert.ok(existsSync(pid ?? ""), "it had begun");
    assert.equal(isRunning(Number(readFileSync(pid ?? "", "utf8"))), false, "it went on");
  });
