/** The files of a film for a worker that shares no folder with its orchestrator: fetched, and returned, in hashed blocks. */
import { webcrypto } from "node:crypto";
import { open } from "node:fs/promises";
import { z } from "zod";
import { Problem, type ProblemCode, toProblem } from "../core/problem.ts";
import { BLOCK_BYTES, digestOf, toContentRange, toDigest } from "../core/transfer.ts";
import { fingerprintFile } from "./library-walk.ts";
import { appendBlock, sealFile } from "./receive-file.ts";
import { toScratchProblem } from "./scratch-space.ts";
import { type Answer, type AskWork, askWork, type Patience } from "./transfer-http.ts";

type Source = { readonly token: string; readonly sizeBytes: number; readonly fingerprint: string | null };
/** `name`: what the end of its hidden name is on the other side. */
type Result = { readonly name: string; readonly path: string };

const arrivedSchema = z.object({
  name: z.string(),
  path: z.string(),
  sizeBytes: z.number(),
  fingerprint: z.string(),
});
/** A file of a result as the orchestrator has it. */
export type ArrivedFile = z.output<typeof arrivedSchema>;

/** Every function but `whyNot` throws Problem transfer-failed, work-over and the reason of an aborted signal. */
export type Transfer = {
  /** Why no film can be fetched (nobody answers, another program does, the token is refused); null: all is well. */
  readonly whyNot: (signal: AbortSignal) => Promise<string | null>;
  /** Writes the film to `path`, a new file. `onBytes`: so many have come. Throws Problem source-changed, scratch-full. */
  readonly fetchSource: (
    source: Source,
    path: string,
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Names of the subtitle files beside the film. */
  readonly subtitles: (token: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly subtitle: (token: string, name: string, signal: AbortSignal) => Promise<Uint8Array>;
  /** Sends all files of a result; how they lie there, once they were read back from disk and compared. */
  readonly returnFiles: (
    token: string,
    results: readonly Result[],
    onBytes: (bytes: number) => void,
    signal: AbortSignal,
  ) => Promise<readonly ArrivedFile[]>;
};

const AT_ONCE: Patience = { away: 0, unknown: 0 };
/** So often a whole result is sent whose blocks were all right and which is not. */
const ROUNDS = 3;
const SENT_ANEW: ReadonlySet<ProblemCode> = new Set<ProblemCode>(["transfer-damaged", "file-missing"]);
/** Blocks that are on their way at once: one comes while the one before is hashed and the one before that is written. */
const AHEAD = 3;
/** So often a block may come to nothing because the other side has other bytes than it said. */
const STEPS_LOST_MAX = 5;

export const connectTransfer = (baseUrl: string, apiToken: string | null, patience?: Patience): Transfer => {
  const ask = askWork(baseUrl, apiToken, patience);
  const askOnce = askWork(baseUrl, apiToken, AT_ONCE);
  return {
    whyNot: async (signal) => {
      try {
        // Of a film that is given out to nobody: whoever may ask is told so.
        await askOnce({ path: `${"0".repeat(32)}/subtitles` }, signal);
        return "Something else than an orchestrator answers there.";
      } catch (thrown) {
        const { code, message } = toProblem(thrown);
        return code === "work-unknown" ? null : message;
      }
    },
    fetchSource: (source, path, onBytes, signal) => fetchSource(ask, { source, path, onBytes }, signal),
    subtitles: async (token, signal) => {
      const { bytes } = await ask({ path: `${token}/subtitles` }, signal);
      return read(z.object({ names: z.array(z.string()) }), bytes).names;
    },
    subtitle: async (token, name, signal) => {
      const query = new URLSearchParams({ name });
      return (await ask({ path: `${token}/subtitle?${query}`, check: isWhole }, signal)).bytes;
    },
    returnFiles: async (token, results, onBytes, signal) => {
      const sealed = [];
      for (const each of results) sealed.push({ ...each, ...(await sealFile(each.path, signal)) });
      for (let round = 1; ; round++)
        try {
          let before = 0;
          for (const each of sealed) {
            await sendFile(ask, { token, ...each, onBytes: (bytes) => onBytes(before + bytes) }, signal);
            before += each.sizeBytes;
          }
          const sent = sealed.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 }));
          return await askDone(ask, token, sent, signal);
        } catch (thrown) {
          // Missing: the answer that it differs was lost, and it is gone there.
          const mayHelp = thrown instanceof Problem && SENT_ANEW.has(thrown.code);
          if (!mayHelp || round === ROUNDS) throw thrown;
        }
    },
  };
};

const sha256Of = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes)).toString("base64");

const isWhole = async ({ headers, bytes }: Answer): Promise<void> => {
  if (digestOf(headers.get("content-digest") ?? "") !== (await sha256Of(bytes)))
    throw new Problem("transfer-damaged", "The bytes have another hash than their sender says.");
};

const read = <T extends z.ZodType>(schema: T, bytes: Uint8Array): z.output<T> => {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new Problem("transfer-failed", "The answer is none that this program understands.", cause);
  }
};

type Fetching = { readonly source: Source; readonly path: string; readonly onBytes: (bytes: number) => void };

const fetchSource = async (ask: AskWork, fetching: Fetching, signal: AbortSignal): Promise<void> => {
  const { source, path, onBytes } = fetching;
  const { sizeBytes, fingerprint } = source;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    const first = await fetchBlock(ask, source, { start: 0, tag: null }, either);
    const tag = first.headers.get("etag");
    const coming: Promise<Answer>[] = [Promise.resolve(first)];
    let asked = first.bytes.length;
    for (let written = 0; written < sizeBytes; ) {
      for (; asked < sizeBytes && coming.length < AHEAD; asked += BLOCK_BYTES) {
        const next = fetchBlock(ask, source, { start: asked, tag }, either);
        // Waited for when the blocks before it are on the disk.
        next.catch(() => {});
        coming.push(next);
      }
      const bytes = (await coming.shift())?.bytes ?? new Uint8Array();
      await appendBlock(path, written, bytes).catch((thrown: unknown) => {
        throw toScratchProblem(thrown, path);
      });
      written += bytes.length;
      onBytes(written);
    }
  } finally {
    stop.abort(new Problem("transfer-failed"));
  }
  if (fingerprint !== null && (await fingerprintFile(path, sizeBytes)) !== fingerprint)
    throw new Problem("source-changed", "What came is not what the film was when it was looked at.");
};

const fetchBlock = (
  ask: AskWork,
  { token, sizeBytes }: Source,
  { start, tag }: { readonly start: number; readonly tag: string | null },
  signal: AbortSignal,
): Promise<Answer> => {
  const part = { start, length: Math.min(BLOCK_BYTES, sizeBytes - start) };
  const check = async (answer: Answer): Promise<void> => {
    if (answer.headers.get("content-range") !== toContentRange(part, sizeBytes))
      throw new Problem("transfer-damaged", "Other bytes came than were asked for.");
    await isWhole(answer);
  };
  const range = `bytes=${start}-${start + part.length - 1}`;
  const headers = { range, ...(tag === null ? {} : { "if-match": tag }) };
  return ask({ path: `${token}/source`, headers, check }, signal);
};

type Sending = Result & {
  readonly token: string;
  readonly sizeBytes: number;
  readonly onBytes: (bytes: number) => void;
};

const sendFile = async (ask: AskWork, sending: Sending, signal: AbortSignal): Promise<void> => {
  const { token, name, path, sizeBytes, onBytes } = sending;
  const at = `${token}/result/${name}`;
  const schema = z.object({ receivedBytes: z.number().int().min(0) });
  const file = await open(path, "r");
  try {
    const blockAt = async (start: number) => {
      const bytes = new Uint8Array(Math.min(BLOCK_BYTES, sizeBytes - start));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length) throw new Problem("io-error", `${path} became shorter.`);
      return { bytes, hash: await sha256Of(bytes) };
    };
    const arrived = async (): Promise<number> =>
      read(schema, (await ask({ path: at }, signal)).bytes).receivedBytes;
    let start = await arrived();
    let lost = 0;
    let next = start < sizeBytes ? blockAt(start) : null;
    while (next !== null) {
      const block = await next;
      const end = start + block.bytes.length;
      const following = end < sizeBytes ? blockAt(end) : null;
      following?.catch(() => {});
      const headers = {
        "content-type": "application/octet-stream",
        "content-range": toContentRange({ start, length: block.bytes.length }, sizeBytes),
        "content-digest": toDigest(block.hash),
      };
      const put = ask({ method: "PUT", path: at, headers, body: block.bytes }, signal).then(
        ({ bytes }) => read(schema, bytes).receivedBytes,
      );
      // Its answer was lost, and it arrived all the same: the other side knows where to go on.
      start = await put.catch((thrown: unknown) => {
        const isOutOfStep = thrown instanceof Problem && thrown.code === "transfer-out-of-step";
        if (!isOutOfStep || ++lost > STEPS_LOST_MAX) throw thrown;
        return arrived();
      });
      onBytes(Math.min(start, sizeBytes));
      next = start === end ? following : start < sizeBytes ? blockAt(start) : null;
    }
  } finally {
    await file.close();
  }
};

type Sent = { readonly name: string; readonly sizeBytes: number; readonly sha256: string };

const askDone = async (
  ask: AskWork,
  token: string,
  files: readonly Sent[],
  signal: AbortSignal,
): Promise<readonly ArrivedFile[]> => {
  const schema = z.object({ files: z.array(arrivedSchema).nullable() });
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ files });
  for (;;) {
    const { bytes } = await ask({ method: "POST", path: `${token}/done`, headers, body }, signal);
    const answered = read(schema, bytes).files;
    if (answered) return answered;
  }
};
