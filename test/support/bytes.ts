/** Makers of hostile bytes: elements of Matroska, and films with a number in them changed. */
import { readFileSync, writeFileSync } from "node:fs";

type Part = Uint8Array | string | number;

const bytesOf = (part: Part): Uint8Array => {
  if (typeof part === "string") return Buffer.from(part);
  if (typeof part !== "number") return part;
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(part));
  return number;
};

/** An element of EBML: its id in hex digits, then what is in it; numbers are 64-bit. */
export const element = (id: string, ...parts: readonly Part[]): Uint8Array => {
  const body = Buffer.concat(parts.map(bytesOf));
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length) | (1n << 56n));
  return Buffer.concat([Buffer.from(id, "hex"), size, body]);
};

/** The smallest Matroska file with a picture track and `tracks - 1` of text. */
export const matroskaOf = (tracks: number): Uint8Array => {
  const entry = (number: number): Uint8Array =>
    element(
      "ae",
      ...[element("d7", number), element("73c5", number), element("83", number === 1 ? 1 : 17)],
      element("86", number === 1 ? "V_MPEG4/ISO/ASP" : "S_TEXT/UTF8"),
      ...(number === 1 ? [element("e0", element("b0", 320), element("ba", 240))] : []),
    );
  const entries = Array.from({ length: tracks }, (_, index) => entry(index + 1));
  const block = element("a3", Uint8Array.of(0x81, 0, 0, 0x80), "a picture");
  return Buffer.concat([
    element("1a45dfa3", element("4282", "matroska"), element("4287", 4), element("4285", 2)),
    element(
      "18538067",
      element("1549a966", element("2ad7b1", 1_000_000)),
      element("1654ae6b", ...entries),
      element("1f43b675", element("e7", 0), block),
    ),
  ]);
};

/** Changes a file: every place where `name` stands, `offset` bytes on, gets `value`. */
export const patchFile = (path: string, name: string, offset: number, value: Uint8Array): void => {
  const bytes = readFileSync(path);
  let patched = 0;
  for (let at = bytes.indexOf(name, 0, "latin1"); at >= 0; at = bytes.indexOf(name, at + 1, "latin1")) {
    bytes.set(value, at + offset);
    patched++;
  }
  if (patched === 0) throw new Error(`There is no ${name} in ${path}.`);
  writeFileSync(path, bytes);
};
