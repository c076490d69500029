import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { createLogRing } from "../src/edges/log-ring.ts";

const line = (fields: object): string =>
  `${JSON.stringify({ level: 30, time: "2026-11-24T03:00:00.000Z", ...fields })}\n`;

describe("the ring of log lines", () => {
  it("keeps the last lines and numbers them on", () => {
    const ring = createLogRing(3);
    for (const msg of ["a", "b", "c", "d"]) ring.write(line({ msg }));
    const { lines, next } = ring.page({ limit: 10 });
    assert.deepEqual(
      lines.map((each) => [each.id, each.message]),
      [
        [4, "d"],
        [3, "c"],
        [2, "b"],
      ],
    );
    assert.deepEqual([next, ring.lastId()], [null, 4]);
  });

  it("takes no more memory for long lines", () => {
    const ring = createLogRing(2000);
    for (let count = 0; count < 1500; count++) ring.write(line({ msg: "m", data: "x".repeat(100_000) }));
    const { lines } = ring.page({ limit: 5000 });
    const characters = lines.reduce((sum, each) => sum + each.data.length + each.message.length, 0);
    assert.ok(characters <= 4 * 2 ** 20, String(characters));
    assert.ok(lines.length > 400 && lines.every((each) => each.data.length <= 8193));
  });

  it("keeps a line that is no JSON, as it is", () => {
    const ring = createLogRing();
    ring.write("not json\n");
    ring.write("[1]");
    assert.deepEqual(
      ring.page({ limit: 2 }).lines.map((each) => [each.level, each.source, each.data]),
      [
        ["info", "program", ""],
        ["info", "program", ""],
      ],
    );
    assert.equal(ring.page({ limit: 2 }).lines[1]?.message, "not json\n");
  });

  it("pages by id, and says which sources there are", () => {
    const ring = createLogRing();
    for (const source of ["scan", "jobs", "scan"]) ring.write(line({ msg: source, source }));
    const first = ring.page({ limit: 2 });
    assert.equal(first.next, 2);
    assert.deepEqual(
      ring.page({ limit: 2, before: first.next ?? 0 }).lines.map((each) => each.id),
      [1],
    );
    assert.deepEqual(
      ring.page({ limit: 2, after: 2 }).lines.map((each) => each.id),
      [3],
    );
    assert.deepEqual(ring.sources(), ["jobs", "scan"]);
  });

  it("gets lines from info on, also where standard output says less", () => {
    const url = (name: string): string =>
      JSON.stringify(new URL(`../src/edges/${name}`, import.meta.url).href);
    const code = `const { createLog } = await import(${url("log.ts")});
      const { createLogRing } = await import(${url("log-ring.ts")});
      const ring = createLogRing();
      const log = createLog(process.argv[1], ring);
      log.debug("quiet"); log.child({ source: "scan" }).info({ n: 1 }, "said"); log.error("loud");
      process.stderr.write(JSON.stringify(ring.page({ limit: 9 }).lines.map(({ level, source, message, data }) => [level, source, message, data])));`;
    const kept = JSON.stringify([
      ["error", "program", "loud", ""],
      ["info", "scan", "said", '{"n":1}'],
    ]);
    for (const [level, printed] of [
      ["warn", 1],
      ["info", 2],
      ["silent", 0],
      ["debug", 3],
    ] as const) {
      const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code, level], {
        encoding: "utf8",
      });
      assert.equal(stderr.trim().split("\n").at(-1), kept, level);
      assert.equal(stdout.split("\n").filter((each) => each !== "").length, printed, level);
    }
  });
});
