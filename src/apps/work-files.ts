/**
 * The files of films that are given out to workers which share no folder with this program: the source and its subtitles
 * are read for them, results are taken from them. The token of a claim opens them, for as long as the claim is given out.
 */
import { hash, webcrypto } from "node:crypto";
import { join } from "node:path";
import { folderOf, partialPath } from "../core/output-paths.ts";
import { Problem } from "../core/problem.ts";
import { neighbourSubtitles } from "../core/subtitle-names.ts";
import { type Part, RESULTS_MAX, resultMaxBytes, resultsMaxBytes } from "../core/transfer.ts";
import type { MadeFile, WorkOrder } from "../core/work-order.ts";
import { createDisks } from "../edges/disks.ts";
import { toFileProblem } from "../edges/file-problem.ts";
import { isInside, openInside } from "../edges/film-file.ts";
import { fingerprintFile } from "../edges/library-walk.ts";
import { fileStat, prepareFolder, receiveBlock, removeFile, sweepPartials } from "../edges/library-write.ts";
import { sealFile } from "../edges/receive-file.ts";
import { namesIn, readSubtitle } from "../edges/subtitle-files.ts";

/** A result as its worker has it; `name` is the end of the hidden name. */
export type Sent = { readonly name: string; readonly sizeBytes: number; readonly sha256: string };
/** The same as it lies here. */
export type Arrived = MadeFile & { readonly name: string };

export type SourceBlock = {
  readonly part: Part | null;
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  /** Of the content, as an ETag: another one as soon as the file is written to. */
  readonly tag: string;
};

export type WorkFiles = {
  /** From now on the files of this order are open to who has its token. `root` is the library's. */
  readonly open: (order: WorkOrder, root: string) => void;
  /** From now on they are not. `swept`: what of a result has arrived goes. Does nothing for a token that is not open. */
  readonly close: (token: string, result: "kept" | "swept") => Promise<void>;
  /** A part of the source; what `partOf` gives null for is none of its bytes. Throws Problem source-changed and those of a file. */
  readonly source: (token: string, partOf: (sizeBytes: number) => Part | null) => Promise<SourceBlock>;
  /** Names of the subtitle files that people put beside the film. */
  readonly subtitles: (token: string) => Promise<readonly string[]>;
  /** One of them. Throws Problem file-missing for any other name. */
  readonly subtitle: (token: string, name: string) => Promise<Uint8Array>;
  /** Bytes of a result that have arrived. */
  readonly received: (token: string, name: string) => Promise<number>;
  /** Takes the next block of a result; bytes that have arrived. Throws Problem transfer-out-of-step, result-too-large, disk-full. */
  readonly receive: (token: string, name: string, block: Block) => Promise<number>;
  /**
   * Whether the files that arrived are those that were sent, read back from disk; null: that is still being looked at. Throws
   * Problem transfer-damaged: what differs is gone.
   */
  readonly done: (token: string, sent: readonly Sent[], waitMs: number) => Promise<readonly Arrived[] | null>;
};

type Block = { readonly start: number; readonly totalBytes: number; readonly bytes: Uint8Array };

type Out = {
  readonly order: WorkOrder;
  readonly root: string;
  readonly stop: AbortController;
  /** Bytes that each of its files was said to have. */
  readonly sizes: Map<string, number>;
  /** What writes comes one after the other. */
  line: Promise<unknown>;
  isPrepared: boolean;
  checked: { readonly of: string; readonly arrived: Promise<readonly Arrived[]> } | null;
};

/** Tokens that are remembered to be over; of an older one it is said that it is not known. */
const OVER_MAX = 1000;

/** Tokens are looked up by their hash: how long that takes says nothing of how much of one was guessed. */
const keyOf = (token: string): string => hash("sha256", token, "base64");

/** SHA-256 in base64; on another thread, so that nobody else waits for it. */
export const sha256Of = async (bytes: Uint8Array): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toString("base64");

export const createWorkFiles = (diskOf = createDisks()): WorkFiles => {
  const outs = new Map<string, Out>();
  const over = new Set<string>();

  const outOf = (token: string): Out => {
    const key = keyOf(token);
    const out = outs.get(key);
    if (out) return out;
    throw new Problem(over.has(key) ? "work-over" : "work-unknown");
  };
  /** One after the other, and nothing more once it is over. */
  const inLine = <T>(out: Out, work: () => Promise<T>): Promise<T> => {
    const next = out.line.then(() => {
      if (out.stop.signal.aborted) throw new Problem("work-over");
      return work();
    });
    out.line = next.catch(() => {});
    return next;
  };
  return {
    open: (order, root) => {
      const key = keyOf(order.token);
      over.delete(key);
      if (outs.has(key)) return;
      const rest = { line: Promise.resolve(), isPrepared: false, checked: null };
      outs.set(key, { order, root, stop: new AbortController(), sizes: new Map(), ...rest });
    },
    close: async (token, result) => {
      const key = keyOf(token);
      const out = outs.get(key);
      if (!out) return;
      outs.delete(key);
      over.add(key);
      for (const oldest of over) if (over.size > OVER_MAX) over.delete(oldest);
      out.stop.abort(new Problem("work-over"));
      await out.line;
      await out.checked?.arrived.catch(() => {});
      if (result === "swept") await sweepPartials(out.order.folder, (other) => other === token);
    },
    source: (token, partOf) => readSource(outOf(token), partOf),
    subtitles: (token) => subtitlesOf(outOf(token)),
    subtitle: async (token, name) => {
      const out = outOf(token);
      const path = join(folderOf(out.order.sourcePath), name);
      // Only a name that was read from the folder is any file's; what was sent leads nowhere.
      const isOne = (await subtitlesOf(out)).includes(name) && (await isInside(path, out.root));
      const bytes = isOne ? await readSubtitle(path) : null;
      if (bytes === null) throw new Problem("file-missing", "There are no such subtitles beside the film.");
      return bytes;
    },
    received: async (token, name) => (await fileStat(resultPath(outOf(token), name)))?.sizeBytes ?? 0,
    receive: (token, name, block) => {
      const out = outOf(token);
      return inLine(out, () => receive(out, name, block, diskOf));
    },
    done: async (token, sent, waitMs) => {
      const out = outOf(token);
      const of = JSON.stringify(sent);
      if (out.checked?.of !== of) {
        const arrived = inLine(out, () => checkAll(out, sent));
        const checked = { of, arrived };
        out.checked = checked;
        // What was found wrong is sent again, and looked at again.
        arrived.catch(() => {
          if (out.checked === checked) out.checked = null;
        });
      }
      return await within(out.checked?.arrived ?? null, waitMs);
    },
  };
};

const within = async <T>(work: Promise<T> | null, ms: number): Promise<T | null> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

const resultPath = ({ order }: Out, name: string): string =>
  partialPath(order.folder, order.sourcePath, order.token, name);

const readSource = async (
  { order, root }: Out,
  partOf: (sizeBytes: number) => Part | null,
): Promise<SourceBlock> => {
  const { sourcePath, sourceBytes, sourceFingerprint } = order;
  const changed = (): Problem =>
    new Problem("source-changed", "It was written to since the film was given out.");
  const file = await openInside(sourcePath, root);
  try {
    const tagOf = async (): Promise<string> => {
      const { size, mtimeNs } = await file.stat({ bigint: true });
      if (size !== BigInt(sourceBytes)) throw changed();
      return `"${size}-${mtimeNs}-${sourceFingerprint ?? "unknown"}"`;
    };
    const tag = await tagOf();
    const part = partOf(sourceBytes);
    const { start, length } = part ?? { start: 0, length: 0 };
    const bytes = Buffer.allocUnsafe(length);
    for (let read = 0; read < length; ) {
      const { bytesRead } = await file.read(bytes, read, length - read, start + read);
      if (bytesRead === 0) throw changed();
      read += bytesRead;
    }
    if ((await tagOf()) !== tag) throw changed();
    return { part, bytes, sizeBytes: sourceBytes, tag };
  } catch (thrown) {
    throw toFileProblem(thrown, sourcePath);
  } finally {
    await file.close();
  }
};

const subtitlesOf = async ({ order }: Out): Promise<readonly string[]> => {
  const folder = folderOf(order.sourcePath);
  const ours = new Set(order.earlierSidecars);
  const names = (await namesIn(folder)).filter((name) => !ours.has(join(folder, name)));
  return neighbourSubtitles(order.sourcePath, names).map((each) => each.name);
};

const receive = async (
  out: Out,
  name: string,
  { start, totalBytes, bytes }: Block,
  diskOf: ReturnType<typeof createDisks>,
): Promise<number> => {
  const { order } = out;
  if (out.checked) throw new Problem("transfer-out-of-step", "The result was said to be whole.");
  const others = [...out.sizes].filter(([each]) => each !== name);
  const allBytes = others.reduce((sum, [, each]) => sum + each, totalBytes);
  if (totalBytes > resultMaxBytes(order, name) || others.length >= RESULTS_MAX)
    throw new Problem("result-too-large", `${name}: ${totalBytes} bytes.`);
  if (allBytes > resultsMaxBytes(order))
    throw new Problem("result-too-large", `${name}: with the others it comes to ${allBytes} bytes.`);
  if (!out.isPrepared) {
    await prepareFolder(order.folder, order.token, folderOf(order.sourcePath), order.base);
    out.isPrepared = true;
  }
  // One that says less later has sent the rest already.
  out.sizes.set(name, Math.max(totalBytes, out.sizes.get(name) ?? 0));
  if (start === 0) {
    const space = await diskOf(order.folder);
    if (space.kind === "space" && space.freeBytes < totalBytes)
      throw new Problem(
        "disk-full",
        `${order.folder}: the result has ${totalBytes} bytes, ${space.freeBytes} are free.`,
      );
  }
  await receiveBlock(resultPath(out, name), start, bytes);
  return start + bytes.length;
};

const checkAll = async (out: Out, sent: readonly Sent[]): Promise<readonly Arrived[]> => {
  const arrived: Arrived[] = [];
  for (const { name, sizeBytes, sha256 } of sent) {
    const path = resultPath(out, name);
    try {
      const found = await sealFile(path, out.stop.signal);
      if (found.sizeBytes !== sizeBytes || found.sha256 !== sha256) {
        await removeFile(path);
        throw new Problem("transfer-damaged", `${name} is another file here than at the worker.`);
      }
      arrived.push({ name, path, sizeBytes, fingerprint: await fingerprintFile(path, sizeBytes) });
    } catch (thrown) {
      throw toFileProblem(thrown, path);
    }
  }
  return arrived;
};
