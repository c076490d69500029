/** What a worker without a shared folder may ask of the orchestrator's real server, and what it may not. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { BLOCK_MAX_BYTES, toDigest } from "../src/core/transfer.ts";
import { type GivenOut, giveOut, hashOf, MIB } from "./support/given-out.ts";
import { filesBelow } from "./support/orchestrator.ts";

const get = (the: GivenOut, path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(`${the.url}/api/work/${path}`, { headers, method });

const codeOf = async (response: Response): Promise<readonly [number, string]> => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

type Block = {
  readonly start: number;
  readonly bytes: Buffer;
  readonly total: number;
  readonly digest?: string;
  readonly range?: string;
};

const put = (the: GivenOut, name: string, { start, bytes, total, digest, range }: Block, token = the.token) =>
  fetch(`${the.url}/api/work/${token}/result/${name}`, {
    method: "PUT",
    headers: {
      "content-type": "application/octet-stream",
      "content-range": range ?? `bytes ${start}-${start + bytes.length - 1}/${total}`,
      "content-digest": digest ?? toDigest(hashOf(bytes, "base64")),
    },
    body: new Uint8Array(bytes),
  });

const done = (the: GivenOut, files: readonly object[], token = the.token) =>
  fetch(`${the.url}/api/work/${token}/done`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ files }),
  });

const received = async (the: GivenOut, name = "mp4"): Promise<number> =>
  ((await (await get(the, `${the.token}/result/${name}`)).json()) as { receivedBytes: number }).receivedBytes;

const partial = (the: GivenOut, name = "mp4"): string =>
  join(the.order.folder, `.A Film.${the.token}.partial.${name}`);

test("the source is read in ranges, each with its hash", async (context) => {
  const the = await giveOut(context);
  const size = the.source.length;
  const head = await get(the, `${the.token}/source`, {}, "HEAD");
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, String(size)]);
  assert.equal(head.headers.get("accept-ranges"), "bytes");
  for (const [range, start, end] of [
    ["bytes=0-99", 0, 100],
    [`bytes=${size - 5}-`, size - 5, size],
    ["bytes=-7", size - 7, size],
    [`bytes=100-${size + 100}`, 100, size],
  ] as const) {
    const answer = await get(the, `${the.token}/source`, { range });
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.status, 206);
    assert.ok(bytes.equals(the.source.subarray(start, end)), range);
    assert.equal(answer.headers.get("content-range"), `bytes ${start}-${end - 1}/${size}`);
    assert.equal(answer.headers.get("content-digest"), toDigest(hashOf(bytes, "base64")));
    assert.equal(answer.headers.get("etag"), head.headers.get("etag"));
  }
  for (const range of [`bytes=${size}-`, "bytes=0-1,4-5", "lines=1-2"]) {
    const answer = await get(the, `${the.token}/source`, { range });
    assert.deepEqual([answer.status, answer.headers.get("content-range")], [416, `bytes */${size}`], range);
  }
  assert.deepEqual(await codeOf(await get(the, `${the.token}/source`)), [400, "usage-invalid"]);
});

test("no answer is larger than a block", async (context) => {
  const the = await giveOut(context, { sizeBytes: BLOCK_MAX_BYTES + 10 });
  const answer = await get(the, `${the.token}/source`, { range: "bytes=0-" });
  assert.equal((await answer.arrayBuffer()).byteLength, BLOCK_MAX_BYTES);
  assert.equal(answer.headers.get("content-range"), `bytes 0-${BLOCK_MAX_BYTES - 1}/${BLOCK_MAX_BYTES + 10}`);
});

test("a source that was written to is refused, by its tag and by its size", async (context) => {
  const the = await giveOut(context);
  const range = "bytes=0-9";
  const tag = (await get(the, `${the.token}/source`, { range })).headers.get("etag") ?? "";
  assert.equal((await get(the, `${the.token}/source`, { range, "if-match": tag })).status, 206);
  utimesSync(the.order.sourcePath, 1, 1);
  assert.deepEqual(await codeOf(await get(the, `${the.token}/source`, { range, "if-match": tag })), [
    412,
    "source-changed",
  ]);
  assert.equal((await get(the, `${the.token}/source`, { range })).status, 206);
  writeFileSync(the.order.sourcePath, "shorter");
  assert.deepEqual(await codeOf(await get(the, `${the.token}/source`, { range })), [412, "source-changed"]);
});

test("a link that took the film's place is not followed", async (context) => {
  const the = await giveOut(context);
  const secret = join(the.scratch, "secret");
  writeFileSync(secret, the.source);
  const { rmSync } = await import("node:fs");
  rmSync(the.order.sourcePath);
  symlinkSync(secret, the.order.sourcePath);
  assert.deepEqual(await codeOf(await get(the, `${the.token}/source`, { range: "bytes=0-9" })), [
    404,
    "file-missing",
  ]);
});

test("only the subtitles of the film are given, by names that are there", async (context) => {
  const the = await giveOut(context);
  const beside = (name: string): string => join(the.order.folder, name);
  for (const name of ["A Film.en.srt", "A Film.vtt", "Another.en.srt", "A Film.nfo"])
    writeFileSync(beside(name), name);
  symlinkSync(join(the.root, "..", "data", "state.db"), beside("A Film.de.srt"));
  writeFileSync(join(the.root, "A Film.fr.srt"), "above");
  const { names } = (await (await get(the, `${the.token}/subtitles`)).json()) as { names: readonly string[] };
  assert.deepEqual(names, ["A Film.de.srt", "A Film.en.srt", "A Film.vtt"]);
  const read = (name: string) => get(the, `${the.token}/subtitle?${new URLSearchParams({ name })}`);
  const answer = await read("A Film.en.srt");
  assert.equal(
    answer.headers.get("content-digest"),
    toDigest(hashOf(Buffer.from("A Film.en.srt"), "base64")),
  );
  assert.equal(await answer.text(), "A Film.en.srt");
  for (const name of [
    "Another.en.srt",
    "A Film.nfo",
    "A Film.mkv",
    "../A Film.fr.srt",
    "./A Film.vtt",
    "/etc/passwd",
    "A Film.de.srt",
    "",
  ])
    assert.deepEqual(await codeOf(await read(name)), [404, "file-missing"], name);
});

test("a result comes in blocks, each where it belongs, and once", async (context) => {
  const the = await giveOut(context);
  const bytes = the.source;
  const total = bytes.length;
  const block = (start: number, end: number): Block => ({ start, bytes: bytes.subarray(start, end), total });
  assert.equal(await received(the), 0);
  assert.deepEqual(await (await put(the, "mp4", block(0, MIB))).json(), { receivedBytes: MIB });
  for (const wrong of [block(0, MIB), block(2 * MIB, 3 * MIB), block(MIB - 1, 2 * MIB)])
    assert.deepEqual(await codeOf(await put(the, "mp4", wrong)), [409, "transfer-out-of-step"]);
  const damaged = { ...block(MIB, 2 * MIB), digest: toDigest(hashOf(bytes.subarray(0, 9), "base64")) };
  assert.deepEqual(await codeOf(await put(the, "mp4", damaged)), [422, "transfer-damaged"]);
  assert.equal(await received(the), MIB);
  const twice = await Promise.all([
    put(the, "mp4", block(MIB, 2 * MIB)),
    put(the, "mp4", block(MIB, 2 * MIB)),
  ]);
  assert.deepEqual(twice.map((each) => each.status).toSorted(), [200, 409]);
  assert.equal((await put(the, "mp4", block(2 * MIB, total))).status, 200);
  const sent = { name: "mp4", sizeBytes: total, sha256: hashOf(bytes) };
  const answer = (await (await done(the, [sent])).json()) as { files: readonly Record<string, unknown>[] };
  assert.deepEqual(answer.files, [
    { name: "mp4", path: partial(the), sizeBytes: total, fingerprint: the.order.sourceFingerprint },
  ]);
  assert.deepEqual(await (await done(the, [sent])).json(), answer, "asked again it is the same");
  assert.ok(readFileSync(partial(the)).equals(bytes));
  const more = { start: total, bytes: Buffer.from("more"), total: total + 4 };
  assert.deepEqual(await codeOf(await put(the, "mp4", more)), [409, "transfer-out-of-step"]);
});

test("a result that is another file than the one that was sent is thrown away", async (context) => {
  const the = await giveOut(context);
  const bytes = Buffer.from("twelve bytes");
  await put(the, "mp4", { start: 0, bytes, total: bytes.length });
  const sent = { name: "mp4", sizeBytes: bytes.length, sha256: hashOf(bytes) };
  // As a disk does that lost a write.
  writeFileSync(partial(the), "twelve BYTES");
  assert.deepEqual(await codeOf(await done(the, [sent])), [422, "transfer-damaged"]);
  assert.equal(existsSync(partial(the)), false);
  assert.equal((await put(the, "mp4", { start: 0, bytes, total: bytes.length })).status, 200);
  assert.equal((await done(the, [sent])).status, 200);
  assert.deepEqual(await codeOf(await done(the, [{ ...sent, name: "en.vtt" }])), [404, "file-missing"]);
});

test("all files of one result have a limit as well", async (context) => {
  const the = await giveOut(context);
  const total = the.source.length + 15 * MIB;
  const block = { start: 0, bytes: Buffer.from("0123456789"), total, range: `bytes 0-9/${total}` };
  const answers = [];
  for (const name of ["a.vtt", "b.vtt", "c.vtt", "d.vtt", "e.vtt"])
    answers.push((await put(the, name, block)).status);
  assert.deepEqual(answers, [200, 200, 200, 200, 200]);
  assert.deepEqual(await codeOf(await put(the, "f.vtt", block)), [413, "result-too-large"]);
});

test("what is no block of a result is refused before it is read", async (context) => {
  const the = await giveOut(context);
  const bytes = Buffer.from("0123456789");
  const good = { start: 0, bytes, total: 10 };
  for (const bad of [
    { ...good, range: "bytes 0-9/*" },
    { ...good, range: "bytes 0-10/11" },
    { ...good, range: "bytes 0-8/9" },
    { ...good, range: `bytes 0-${BLOCK_MAX_BYTES}/${2 * BLOCK_MAX_BYTES}` },
    { ...good, digest: "md5=:AAAA:" },
  ])
    assert.deepEqual(await codeOf(await put(the, "mp4", bad)), [400, "usage-invalid"], JSON.stringify(bad));
  const huge = { ...good, total: 5 * the.source.length + 64 * MIB };
  assert.deepEqual(await codeOf(await put(the, "mp4", huge)), [413, "result-too-large"]);
  for (const name of [
    "exe",
    "mp4.exe",
    "..%2Fmp4",
    "%2e%2e%2fA%20Film.mp4",
    "a%2Fb.mp4",
    "%00.mp4",
    "A Film.mkv",
    "é.srt",
  ])
    assert.ok([400, 404].includes((await put(the, name, good)).status), name);
  assert.deepEqual(filesBelow(the.root), ["A Film/A Film.mkv"]);
});

test("a film that is given out to nobody, or no more, is closed", async (context) => {
  const the = await giveOut(context);
  const bytes = Buffer.from("0123456789");
  const block = { start: 0, bytes, total: 10 };
  const other = "0".repeat(32);
  assert.deepEqual(await codeOf(await get(the, `${other}/source`, { range: "bytes=0-9" })), [
    404,
    "work-unknown",
  ]);
  assert.deepEqual(await codeOf(await put(the, "mp4", block, other)), [404, "work-unknown"]);
  for (const token of ["short", `${the.token}0`, the.token.toUpperCase(), "%2e%2e"])
    assert.ok([400, 404].includes((await get(the, `${token}/subtitles`)).status), token);
  await put(the, "mp4", { ...block, total: 20 });
  assert.ok(existsSync(partial(the)));
  await the.control.workFiles.close(the.token, "swept");
  assert.equal(existsSync(partial(the)), false);
  for (const answer of [
    await get(the, `${the.token}/source`, { range: "bytes=0-9" }),
    await get(the, `${the.token}/subtitles`),
    await put(the, "mp4", block),
    await done(the, [{ name: "mp4", sizeBytes: 10, sha256: hashOf(bytes) }]),
  ])
    assert.deepEqual(await codeOf(answer), [410, "work-over"]);
  assert.deepEqual(filesBelow(the.root), ["A Film/A Film.mkv"]);
});

test("a block that is on its way when a film is taken back leaves nothing", async (context) => {
  const the = await giveOut(context);
  const bytes = Buffer.alloc(8 * MIB, 7);
  const sending = put(the, "mp4", { start: 0, bytes, total: 2 * bytes.length });
  await the.control.workFiles.close(the.token, "swept");
  assert.ok([200, 404, 410].includes((await sending).status));
  assert.deepEqual(filesBelow(the.root), ["A Film/A Film.mkv"]);
});

const many = async (context: TestContext): Promise<void> => {
  const the = await giveOut(context, { sizeBytes: 2 * MIB });
  const asked = Array.from({ length: 1500 }, () => get(the, `${the.token}/source`, { range: "bytes=0-9" }));
  for (const answer of await Promise.all(asked)) {
    assert.equal(answer.status, 206);
    await answer.arrayBuffer();
  }
};
test("a part of a film has a token of its own, which opens its files too", async (context) => {
  const the = await giveOut(context);
  const token = `${the.token}0001`;
  the.control.workFiles.open({ ...the.order, token }, the.root);
  const bytes = Buffer.from("a part");
  assert.equal((await get(the, `${token}/source`, { range: "bytes=0-9" })).status, 206);
  assert.equal((await put(the, "mp4", { start: 0, bytes, total: bytes.length }, token)).status, 200);
  const file = { name: "mp4", sizeBytes: bytes.length, sha256: hashOf(bytes) };
  assert.equal((await done(the, [file], token)).status, 200);
  assert.equal(await received(the), 0, "the film's own result is another file");
});

test("a large film is no flood of requests", many);
