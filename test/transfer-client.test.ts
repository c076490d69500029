/** A worker's side of the way to its orchestrator, over a network on which everything goes wrong once. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createAccess } from "../src/apps/access.ts";
import { BLOCK_BYTES } from "../src/core/transfer.ts";
import { openScratchSpace } from "../src/edges/scratch-space.ts";
import { openAccessStoreInMemory } from "../src/edges/store/access-store.ts";
import { connectTransfer } from "../src/edges/transfer-client.ts";
import { badNetwork, type Mischief } from "./support/bad-network.ts";
import { type GivenOut, giveOut, HASTY, hashOf, MIB } from "./support/given-out.ts";

const NEVER = new AbortController().signal;
const sourceOf = ({ order }: GivenOut) => ({
  token: order.token,
  sizeBytes: order.sourceBytes,
  fingerprint: order.sourceFingerprint,
});

/** A network that does each of these things once, to the requests that `isMeant`; `all` says that it did. */
const once = async (
  context: TestContext,
  the: GivenOut,
  things: readonly Mischief[],
  isMeant: (method: string, path: string) => boolean,
) => {
  const left = [...things];
  let quiet = false;
  const url = await badNetwork(context, the.url, ({ method, path }) => {
    if (!isMeant(method, path)) return null;
    quiet = !quiet;
    return quiet ? (left.shift() ?? null) : null;
  });
  return { url, all: () => assert.deepEqual(left, [], "all of it happened") };
};

const rejects = (work: Promise<unknown>, code: string): Promise<void> => assert.rejects(work, { code });

test("a film arrives whole, and says how far it is", async (context) => {
  const the = await giveOut(context);
  const path = join(the.scratch, "film");
  const seen: number[] = [];
  await connectTransfer(the.url, null).fetchSource(sourceOf(the), path, (bytes) => seen.push(bytes), NEVER);
  assert.ok(readFileSync(path).equals(the.source));
  assert.deepEqual(seen, [BLOCK_BYTES, 2 * BLOCK_BYTES, the.source.length]);
});

test("a block that was damaged or cut off on its way is fetched again", async (context) => {
  const the = await giveOut(context);
  const { url, all } = await once(context, the, ["flip-down", "cut-down", "flip-down"], (_, path) =>
    path.endsWith("/source"),
  );
  const path = join(the.scratch, "film");
  await connectTransfer(url, null).fetchSource(sourceOf(the), path, () => {}, NEVER);
  all();
  assert.ok(readFileSync(path).equals(the.source));
});

test("a block that is always damaged is given up, and nothing of it is written", async (context) => {
  const the = await giveOut(context);
  const url = await badNetwork(context, the.url, () => "flip-down");
  const path = join(the.scratch, "film");
  await rejects(
    connectTransfer(url, null, HASTY).fetchSource(sourceOf(the), path, () => {}, NEVER),
    "transfer-failed",
  );
  assert.equal(existsSync(path), false);
});

test("a source that changes on the way, or did before, is given up at once", async (context) => {
  const the = await giveOut(context, { sizeBytes: 40 * MIB });
  const client = connectTransfer(the.url, null);
  const touch = (): void => utimesSync(the.order.sourcePath, 1, 1);
  await rejects(client.fetchSource(sourceOf(the), join(the.scratch, "one"), touch, NEVER), "source-changed");
  const other = { ...sourceOf(the), fingerprint: "0".repeat(32) };
  await rejects(
    client.fetchSource(other, join(the.scratch, "two"), () => {}, NEVER),
    "source-changed",
  );
});

test("a result arrives whole over a network that damages, cuts, doubles and loses", async (context) => {
  const the = await giveOut(context, { sizeBytes: 30 * MIB + 77 });
  const things: readonly Mischief[] = ["flip-up", "twice", "cut-up", "lose-answer", "cut-down"];
  const { url, all } = await once(context, the, things, (method) => method === "PUT");
  const results = [
    { name: "mp4", path: the.order.sourcePath },
    { name: "en.vtt", path: join(the.scratch, "subtitles") },
  ];
  writeFileSync(join(the.scratch, "subtitles"), "WEBVTT\n");
  const total = the.source.length + 7;
  let last = 0;
  const files = await connectTransfer(url, null).returnFiles(
    the.token,
    results,
    (bytes) => {
      last = bytes;
    },
    NEVER,
  );
  all();
  assert.equal(last, total);
  assert.deepEqual(
    files.map(({ name, path, sizeBytes }) => [name, path, sizeBytes]),
    [
      ["mp4", join(the.order.folder, `.A Film.${the.token}.partial.mp4`), the.source.length],
      ["en.vtt", join(the.order.folder, `.A Film.${the.token}.partial.en.vtt`), 7],
    ],
  );
  for (const each of files)
    assert.equal(
      hashOf(readFileSync(each.path)),
      hashOf(readFileSync(each.name === "mp4" ? the.order.sourcePath : join(the.scratch, "subtitles"))),
    );
});

test("a result whose bytes went bad on the orchestrator's disk is sent once more", async (context) => {
  const the = await giveOut(context);
  const at = join(the.order.folder, `.A Film.${the.token}.partial.mp4`);
  let isBad = true;
  const onBytes = (bytes: number): void => {
    if (bytes < the.source.length || !isBad) return;
    isBad = false;
    writeFileSync(at, "not this");
  };
  const results = [{ name: "mp4", path: the.order.sourcePath }];
  await connectTransfer(the.url, null).returnFiles(the.token, results, onBytes, NEVER);
  assert.ok(readFileSync(at).equals(the.source));
});

test("a film that is taken back ends the way there and the way back", async (context) => {
  const the = await giveOut(context, { sizeBytes: 40 * MIB });
  const client = connectTransfer(the.url, null, HASTY);
  const takeBack = (): void => void the.control.workFiles.close(the.token, "swept");
  await rejects(client.fetchSource(sourceOf(the), join(the.scratch, "film"), takeBack, NEVER), "work-over");
  const results = [{ name: "mp4", path: the.order.sourcePath }];
  await rejects(
    client.returnFiles(the.token, results, () => {}, NEVER),
    "work-over",
  );
  const unknown = { ...sourceOf(the), token: "0".repeat(32) };
  await rejects(
    client.fetchSource(unknown, join(the.scratch, "none"), () => {}, NEVER),
    "work-unknown",
  );
});

test("who stops it is obeyed, also while it waits for an orchestrator that is away", async (context) => {
  const the = await giveOut(context);
  const stop = new AbortController();
  const away = connectTransfer("http://127.0.0.1:1", null).fetchSource(
    sourceOf(the),
    join(the.scratch, "f"),
    () => {},
    stop.signal,
  );
  setTimeout(() => stop.abort(new Error("stopped")), 300);
  await assert.rejects(away, { message: "stopped" });
  await rejects(
    connectTransfer("http://127.0.0.1:1", null, HASTY).subtitles(the.token, NEVER),
    "transfer-failed",
  );
});

test("where a password is asked for, a worker shows a token that may operate", async (context) => {
  const access = createAccess({ store: openAccessStoreInMemory(), now: Date.now, isExposed: true });
  const the = await giveOut(context, { access });
  const tokens = (["read", "operate"] as const).map((scope) => access.makeToken(scope, scope, null));
  const [mayRead = "", mayOperate = ""] = tokens;
  for (const token of [null, "wrong", mayRead])
    await rejects(connectTransfer(the.url, token, HASTY).subtitles(the.token, NEVER), "transfer-failed");
  assert.deepEqual(await connectTransfer(the.url, mayOperate, HASTY).subtitles(the.token, NEVER), []);
});

test("several workers fetch and return at once", async (context) => {
  const the = await giveOut(context, { sizeBytes: 3 * MIB });
  const orders = await Promise.all(
    Array.from({ length: 12 }, (_, at) => the.give(`Film ${at}.mkv`, 5 * MIB + at)),
  );
  await Promise.all(
    orders.map(async (order) => {
      const client = connectTransfer(the.url, null);
      const path = join(the.scratch, order.token);
      await client.fetchSource(
        { token: order.token, sizeBytes: order.sourceBytes, fingerprint: order.sourceFingerprint },
        path,
        () => {},
        NEVER,
      );
      const [file] = await client.returnFiles(order.token, [{ name: "mp4", path }], () => {}, NEVER);
      assert.ok(readFileSync(file?.path ?? "").equals(readFileSync(order.sourcePath)));
    }),
  );
});

test("a scratch folder is asked for room, and keeps nothing", async (context) => {
  const the = await giveOut(context, { sizeBytes: 10 });
  const left = join(the.scratch, `cvc-work-${"a".repeat(32)}`);
  for (const each of [left, join(the.scratch, "a person's")]) mkdirSync(each);
  writeFileSync(join(left, "film"), "of a worker that was killed");
  const disk = { kind: "space", device: 1, totalBytes: 1000, freeBytes: 1000, usedPercent: 0 } as const;
  const scratch = await openScratchSpace(the.scratch, async () => disk);
  assert.deepEqual(readdirSync(the.scratch), ["a person's"]);
  const first = await scratch.take("b".repeat(32), 700);
  assert.equal(statSync(first.folder).mode & 0o777, 0o700);
  await rejects(scratch.take("c".repeat(32), 400), "scratch-full");
  const second = await scratch.take("d".repeat(32), 300);
  await first.release();
  await rejects(scratch.take("e".repeat(32), 701), "scratch-full");
  await (await scratch.take("f".repeat(32), 700)).release();
  await second.release();
  assert.deepEqual(readdirSync(the.scratch), ["a person's"]);
});
