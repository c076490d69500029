/** What a running program prints and keeps of what it says. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const url = (name: string): string => JSON.stringify(new URL(`../src/edges/${name}`, import.meta.url).href);

/** Says `code` with a `log`; what was printed and what was kept, as objects. */
const said = (code: string, rules: object) => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `const { createProgramLog } = await import(${url("log.ts")});
       const kept = [];
       const log = createProgramLog(() => (${JSON.stringify(rules)}), { write: (text) => kept.push(JSON.parse(text)) });
       ${code}
       process.stderr.write("\\n" + JSON.stringify(kept));`,
    ],
    { encoding: "utf8" },
  );
  const printed = stdout
    .split("\n")
    .filter((each) => each !== "")
    .map((each) => JSON.parse(each));
  return { printed, kept: JSON.parse(stderr.trim().split("\n").at(-1) ?? "") };
};

const SECRETS: readonly string[] = [];
const SAY = `log.debug("quiet"); log.child({ source: "scan" }).info({ n: 1 }, "said"); log.warn(new Error("odd"), "loud");
  log.error({ err: new Error("worse") });`;

test("what is printed and what is kept have levels of their own, also for parts of the program", () => {
  for (const [printed, kept, counts] of [
    ["debug", "debug", [4, 4]],
    ["info", "info", [3, 3]],
    ["warn", "info", [2, 3]],
    ["error", "error", [1, 1]],
  ] as const) {
    const found = said(SAY, { printed, kept, secrets: SECRETS });
    assert.deepEqual([found.printed.length, found.kept.length], counts, printed);
  }
  const { kept } = said(SAY, { printed: "error", kept: "debug", secrets: SECRETS });
  assert.deepEqual(
    kept.map((each: Record<string, unknown>) => [each.level, each.source, each.msg]),
    [
      [20, undefined, "quiet"],
      [30, "scan", "said"],
      [40, undefined, "loud"],
      [50, undefined, "worse"],
    ],
  );
  assert.equal(kept[2].err.message, "odd");
  assert.equal(kept[3].err.message, "worse");
});

test("no line has a secret in it, printed or kept", () => {
  const rules = { printed: "info", kept: "info", secrets: ["https://hooks.example/secret"] };
  const { printed, kept } = said(
    `log.info({ url: "https://hooks.example/secret", headers: { authorization: "Bearer abcdefghijkl" } }, "sent");`,
    rules,
  );
  for (const lines of [printed, kept]) assert.doesNotMatch(JSON.stringify(lines), /hooks|abcdef/);
});

test("ten thousand equal lines are a hundred, and another kind is said meanwhile", () => {
  const { kept } = said(
    `for (let at = 0; at < 10000; at++) log.warn({ code: "io-error", assetId: at }, "attempt failed");
     log.warn({ code: "disk-full" }, "attempt failed"); log.info("scanned");`,
    { printed: "error", kept: "info", secrets: SECRETS },
  );
  assert.equal(kept.length, 102);
  assert.equal(kept.at(-1).msg, "scanned");
});
