/**
 * The files of films that are given out to workers without a shared folder (docs/decisions/0015). Nothing that is asked
 * here names a path: the token of the claim says which film it is, and of a result's name only the end is the worker's.
 */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "../../../core/problem.ts";
import {
  contentRangeOf,
  digestOf,
  ENDING,
  RESULTS_MAX,
  rangeOf,
  toContentRange,
  toDigest,
} from "../../../core/transfer.ts";
import { sha256Of } from "../../work-files.ts";
import { doneSchema, receivedSchema, subtitlesSchema } from "../answers/work-files.ts";
import { addApiRoute, addRawRoute } from "../api-route.ts";
import { createBlockPlaces, type TakePlace } from "../block-places.ts";
import type { Face } from "../face.ts";

/** Of a claim; that of a part of its film is longer. */
const tokenSchema = z.object({ token: z.string().regex(/^[0-9a-f]{32,64}$/) });
const nameSchema = z.string().regex(ENDING);
const resultSchema = tokenSchema.extend({ name: nameSchema });
const sentSchema = z.strictObject({
  files: z
    .array(
      z.strictObject({
        name: nameSchema,
        sizeBytes: z.number().int().positive(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1)
    .max(RESULTS_MAX),
});

/** A large result takes minutes to be read back. Nobody has to wait so long for one answer: it is asked for again. */
const CHECK_MS = 15_000;
const DONE_BODY_BYTES = RESULTS_MAX * 256;

const readBody = async (request: FastifyRequest, length: number): Promise<Uint8Array> => {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  for await (const part of request.raw as AsyncIterable<Buffer>) {
    if (read + part.length > length)
      throw new Problem("usage-invalid", "There are more bytes than `Content-Range` says.");
    read += part.copy(bytes, read);
  }
  if (read < length) throw new Problem("usage-invalid", "There are fewer bytes than `Content-Range` says.");
  return bytes;
};

const OF_TOKEN = ["work-unknown", "work-over", "restarting"] as const;
const OF_FILE = ["file-missing", "file-unreadable", "permission-denied", "io-error"] as const;
/** A worker may change nothing but its own result, but what it is given is more than a look: a token that only reads does not do. */
const SHARED = { tag: "workers", scope: "operate", isUnlimited: true } as const;

const sendBytes = async (reply: FastifyReply, bytes: Uint8Array): Promise<FastifyReply> =>
  reply
    .header("content-digest", toDigest(await sha256Of(bytes)))
    .header("cache-control", "no-store, no-transform")
    .type("application/octet-stream")
    .send(bytes);

const addSource = (app: FastifyInstance, { control }: Face, place: TakePlace): void => {
  addRawRoute(app, {
    ...SHARED,
    method: "GET",
    url: "/api/work/:token/source",
    summary: "A range of the film that a worker was given",
    about:
      "At most 16 MiB at once, with the hash of these bytes in `Content-Digest` (RFC 9530). HEAD says the size and the ETag; a film that was written to since answers 412.",
    params: tokenSchema,
    headers: { range: "`bytes=FIRST-LAST`; one is needed", "if-match": "The ETag of the ranges before" },
    contentType: "application/octet-stream",
    status: 206,
    also: { 200: "What HEAD is answered", 416: "There are no such bytes" },
    problems: [...OF_TOKEN, ...OF_FILE, "source-changed"],
    run: async ({ params: { token } }, request, reply) => {
      const { range, "if-match": tag } = request.headers;
      const isHead = request.method === "HEAD";
      if (range === undefined && !isHead) throw new Problem("usage-invalid", "Ask for a range.");
      if (!isHead) await place(reply);
      const { part, ...block } = await control.workFiles.source(token, (sizeBytes) =>
        isHead ? null : rangeOf(range ?? "", sizeBytes),
      );
      if (tag !== undefined && tag !== block.tag) throw new Problem("source-changed");
      void reply.header("accept-ranges", "bytes").header("etag", block.tag);
      if (isHead) return reply.header("content-length", block.sizeBytes).send(Readable.from([]));
      if (part === null)
        return reply.code(416).header("content-range", `bytes */${block.sizeBytes}`).send(Readable.from([]));
      return sendBytes(
        reply.code(206).header("content-range", toContentRange(part, block.sizeBytes)),
        block.bytes,
      );
    },
  });
};

const addSubtitles = (app: FastifyInstance, { control }: Face, place: TakePlace): void => {
  addApiRoute(app, {
    ...SHARED,
    method: "GET",
    url: "/api/work/:token/subtitles",
    summary: "The subtitle files that lie beside that film",
    params: tokenSchema,
    answer: subtitlesSchema,
    problems: OF_TOKEN,
    run: async ({ params }) => ({ names: await control.workFiles.subtitles(params.token) }),
  });

  addRawRoute(app, {
    ...SHARED,
    method: "GET",
    url: "/api/work/:token/subtitle",
    summary: "One of these files",
    params: tokenSchema,
    query: z.object({ name: z.string().max(255) }),
    contentType: "application/octet-stream",
    problems: [...OF_TOKEN, ...OF_FILE],
    run: async ({ params, query }, _, reply) => {
      await place(reply);
      const bytes = await control.workFiles.subtitle(params.token, query.name);
      return sendBytes(reply, bytes);
    },
  });
};

const addResults = (app: FastifyInstance, { control }: Face, place: TakePlace): void => {
  addApiRoute(app, {
    ...SHARED,
    method: "GET",
    url: "/api/work/:token/result/:name",
    summary: "How much of a result has arrived",
    about: "`name` is the end of its name: `mp4`, `en.forced.vtt`.",
    params: resultSchema,
    answer: receivedSchema,
    problems: [...OF_TOKEN, "permission-denied", "io-error"],
    run: async ({ params: { token, name } }) => ({
      receivedBytes: await control.workFiles.received(token, name),
    }),
  });

  // Its own bytes are read by the route, once it is known that they are wanted.
  void app.register((own, _, ready) => {
    own.addContentTypeParser("application/octet-stream", (_request, _payload, done) => done(null));
    addApiRoute(own, {
      ...SHARED,
      method: "PUT",
      url: "/api/work/:token/result/:name",
      summary: "The next block of a result",
      about:
        "`application/octet-stream`, at most 16 MiB. It is written where it follows what has arrived and its hash is right, and nothing of it otherwise.",
      params: resultSchema,
      headers: {
        "content-range": "`bytes FIRST-LAST/SIZE`; needed",
        "content-digest": "`sha-256=:…:` of this block (RFC 9530); needed",
      },
      answer: receivedSchema,
      problems: [
        ...OF_TOKEN,
        ...(["transfer-damaged", "transfer-out-of-step", "result-too-large", "disk-full"] as const),
        ...(["folder-not-writable", "folder-away", "permission-denied", "io-error"] as const),
      ],
      run: async ({ params: { token, name } }, request, reply) => {
        const block = contentRangeOf(request.headers["content-range"] ?? "");
        const digest = digestOf(String(request.headers["content-digest"] ?? ""));
        if (block === null || digest === null)
          throw new Problem("usage-invalid", "It needs `Content-Range` and `Content-Digest`.");
        // Before its bytes are waited for.
        await control.workFiles.received(token, name);
        await place(reply);
        const bytes = await readBody(request, block.length);
        if ((await sha256Of(bytes)) !== digest)
          throw new Problem("transfer-damaged", "The block has another hash.");
        const { start, totalBytes } = block;
        return { receivedBytes: await control.workFiles.receive(token, name, { start, totalBytes, bytes }) };
      },
    });
    ready();
  });
};

const addDone = (app: FastifyInstance, { control }: Face): void => {
  addApiRoute(app, {
    ...SHARED,
    method: "POST",
    url: "/api/work/:token/done",
    summary: "Whether what arrived of a result is what was sent",
    about:
      "All its files, which are made durable and read back from disk. `files` of the answer is null while that goes on; then the same is asked again. What differs is removed, to be sent again.",
    params: tokenSchema,
    body: sentSchema,
    bodyLimit: DONE_BODY_BYTES,
    answer: doneSchema,
    problems: [
      ...OF_TOKEN,
      "transfer-damaged",
      "file-missing",
      "permission-denied",
      "disk-full",
      "io-error",
      "source-changed",
    ],
    run: async ({ params, body }) => ({
      files: await control.workFiles.done(params.token, body.files, CHECK_MS),
    }),
  });
};

export const addWorkFileRoutes = (app: FastifyInstance, face: Face): void => {
  const place = createBlockPlaces();
  addSource(app, face, place);
  addSubtitles(app, face, place);
  addResults(app, face, place);
  addDone(app, face);
};
