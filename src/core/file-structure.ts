/** Whether a container says that bytes of it are missing, from its first bytes. */

/** Matroska: the EBML header, then a Segment that knows its size (a live recording does not). */
const matroskaEnd = (bytes: Uint8Array): number | null => {
  if (bytes[0] !== 0x1a || bytes[1] !== 0x45 || bytes[2] !== 0xdf || bytes[3] !== 0xa3) return null;
  const header = vint(bytes, 4);
  if (!header) return null;
  const at = header.next + header.value;
  if (bytes[at] !== 0x18 || bytes[at + 1] !== 0x53 || bytes[at + 2] !== 0x80 || bytes[at + 3] !== 0x67)
    return null;
  const segment = vint(bytes, at + 4);
  return segment && !segment.isUnknown ? segment.next + segment.value : null;
};

/** A variable-length number of EBML: the leading zeros of the first byte tell its length. */
const vint = (bytes: Uint8Array, at: number): { value: number; next: number; isUnknown: boolean } | null => {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > bytes.length) return null;
  let value = first & (0xff >> length);
  let ones = value === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0;
    ones &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value, next: at + length, isUnknown: ones };
};

/** AVI: `RIFF`, size, `AVI `. A file cut off while it was written has a size of 0 and is not told apart. */
const riffEnd = (bytes: Uint8Array): number | null => {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (!/^RIFF[\s\S]{4}AVI $/.test(text)) return null;
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  return size === 0 ? null : size + 8;
};

/** Padding that some writers count and do not write; bytes. */
const TOLERANCE_BYTES = 1024;

/** The file (first bytes, whole size) ends before its own header says it does. MP4 is told by its boxes instead. */
export const endsEarly = (firstBytes: Uint8Array, fileBytes: number): boolean => {
  const claimed = matroskaEnd(firstBytes) ?? (firstBytes.length >= 12 ? riffEnd(firstBytes) : null);
  return claimed !== null && claimed > fileBytes + TOLERANCE_BYTES;
};
