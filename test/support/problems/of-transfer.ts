/** Problems of films that are brought to workers without a shared folder. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { TRANSFER_PROBLEMS } from "../../../src/core/transfer-problems.ts";
import { openScratchSpace } from "../../../src/edges/scratch-space.ts";
import { connectTransfer } from "../../../src/edges/transfer-client.ts";
import { type GivenOut, giveOut, HASTY } from "../given-out.ts";
import { type Maker, thrown } from "./maker.ts";

const NEVER = new AbortController().signal;
const bytes = new Uint8Array(10);

/** With a small film that is given out. */
const met =
  (work: (the: GivenOut) => Promise<unknown>): Maker =>
  async (context: TestContext) => {
    const the = await giveOut(context, { sizeBytes: 1000 });
    return thrown(() => work(the));
  };

export const OF_TRANSFER = {
  "work-unknown": met(({ control }) => control.workFiles.subtitles("0".repeat(32))),
  "work-over": met(async ({ control, token }) => {
    await control.workFiles.close(token, "swept");
    await control.workFiles.subtitles(token);
  }),
  "transfer-out-of-step": met(({ control, token }) =>
    control.workFiles.receive(token, "mp4", { start: 10, totalBytes: 20, bytes }),
  ),
  "result-too-large": met(({ control, token }) =>
    control.workFiles.receive(token, "mp4", { start: 0, totalBytes: 1e15, bytes }),
  ),
  "transfer-damaged": met(async ({ control, token, order }) => {
    await control.workFiles.receive(token, "mp4", { start: 0, totalBytes: 10, bytes });
    appendFileSync(join(order.folder, `.A Film.${token}.partial.mp4`), "more");
    await control.workFiles.done(token, [{ name: "mp4", sizeBytes: 10, sha256: "0".repeat(64) }], 10_000);
  }),
  "transfer-failed": met(({ token }) =>
    connectTransfer("http://127.0.0.1:1", null, HASTY).subtitles(token, NEVER),
  ),
  "scratch-full": met(async ({ scratch, token }) => {
    await (await openScratchSpace(scratch)).take(token, Number.MAX_SAFE_INTEGER);
  }),
} as const satisfies Record<keyof typeof TRANSFER_PROBLEMS, Maker>;
