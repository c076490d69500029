/** What makes a file the same film: its size and a hash over sampled blocks, never its name or time. */

const BLOCK_BYTES = 65_536;

export type ByteRange = { readonly offset: number; readonly length: number };

/**
 * The byte ranges to hash for a file of `sizeBytes`: all of a small file, else head, middle and tail, 64 KiB each.
 * The head alone is not enough: two films of one muxer share their first 16 KiB (design/performance.md, section 3).
 */
export const sampledRanges = (sizeBytes: number): readonly ByteRange[] =>
  sizeBytes <= 3 * BLOCK_BYTES
    ? [{ offset: 0, length: sizeBytes }]
    : [
        { offset: 0, length: BLOCK_BYTES },
        { offset: Math.floor((sizeBytes - BLOCK_BYTES) / 2), length: BLOCK_BYTES },
        { offset: sizeBytes - BLOCK_BYTES, length: BLOCK_BYTES },
      ];

/** A file time (`mtimeMs` of a stat) as the whole microseconds that the store keeps and a scan compares. */
export const toMicroseconds = (milliseconds: number): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(milliseconds * 1000)));

export type FileIdentity = {
  readonly sizeBytes: number;
  readonly modifiedUs: number;
  readonly fingerprint: string | null;
};

/** Whether a file is the one that is known at its path: `touched` is a new time over the same content. */
export const compareIdentity = (known: FileIdentity, found: FileIdentity): "same" | "touched" | "changed" => {
  if (known.sizeBytes !== found.sizeBytes || known.fingerprint !== found.fingerprint) return "changed";
  return known.modifiedUs === found.modifiedUs ? "same" : "touched";
};

/** When a size and time were first seen together, epoch ms. */
export type Look = { readonly sizeBytes: number; readonly modifiedUs: number; readonly sinceMs: number };

/**
 * Whether a file has stopped growing: its last write is `settleSeconds` ago, or it looked the same that long ago
 * (so that a time in the future, from a wrong clock, does not make it wait for ever). Returns the look to keep.
 */
export const settle = (
  found: Omit<FileIdentity, "fingerprint">,
  look: Look | undefined,
  settleSeconds: number,
  now: number,
): { readonly isSettled: boolean; readonly look: Look } => {
  const isSame =
    look?.sizeBytes === found.sizeBytes && look.modifiedUs === found.modifiedUs && look.sinceMs <= now;
  const next =
    isSame && look ? look : { sizeBytes: found.sizeBytes, modifiedUs: found.modifiedUs, sinceMs: now };
  const settleMs = settleSeconds * 1000;
  return {
    isSettled: now - found.modifiedUs / 1000 >= settleMs || now - next.sinceMs >= settleMs,
    look: next,
  };
};

/** When (epoch ms) a file is settled that stays as this look saw it. */
export const settledAt = ({ modifiedUs, sinceMs }: Look, settleSeconds: number): number =>
  Math.ceil(Math.min(modifiedUs / 1000, sinceMs) + settleSeconds * 1000);
