import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { endsEarly } from "./file-structure.ts";

const EBML = [0x1a, 0x45, 0xdf, 0xa3, 0x84, 1, 2, 3, 4];
const SEGMENT = [0x18, 0x53, 0x80, 0x67];
/** A Segment of one million bytes after 17 bytes of headers. */
const matroska = [...EBML, ...SEGMENT, 0x10, 0x0f, 0x42, 0x40];
const text = (letters: string): number[] => [...Buffer.from(letters, "latin1")];
const avi = (sizeBytes: number): number[] => [
  ...text("RIFF"),
  ...new Uint8Array(Uint32Array.of(sizeBytes).buffer),
  ...text("AVI LIST"),
];

const check = (name: string, bytes: readonly number[], fileBytes: number, wanted: boolean): void => {
  test(name, () => assert.equal(endsEarly(Uint8Array.from(bytes), fileBytes), wanted));
};
check("Matroska that is whole", matroska, 1_000_017, false);
check("Matroska that lacks half", matroska, 500_000, true);
check("Matroska that lacks a little padding", matroska, 999_500, false);
check("Matroska with more behind it", matroska, 2_000_000, false);
check("Matroska of unknown size, one byte", [...EBML, ...SEGMENT, 0xff], 50, false);
check("Matroska of unknown size, eight bytes", [...EBML, ...SEGMENT, 1, ...Array(7).fill(0xff)], 50, false);
check(
  "Matroska with a size of eight bytes",
  [...EBML, ...SEGMENT, 1, 0, 0, 0, 0, 0x0f, 0x42, 0x40],
  50_000,
  true,
);
check("Matroska without a segment", [...EBML, 0xec, 0x81, 0], 9, false);
check("Matroska with a broken header", [0x1a, 0x45, 0xdf, 0xa3, 0], 5, false);
check("Matroska that ends in its segment's size", [...EBML, ...SEGMENT, 0x10], 14, false);
check("Matroska that ends after its header", EBML, 9, false);
check("AVI that is whole", avi(1_000_000), 1_000_008, false);
check("AVI that lacks half", avi(1_000_000), 500_000, true);
check("AVI that was never finished", avi(0), 500_000, false);
check("RIFF of another kind", [...text("RIFF"), 0, 0, 16, 0, ...text("WAVEfmt ")], 50, false);
check("too short for an AVI", text("RIFF"), 4, false);
check("nothing", [], 0, false);
check("an MP4 is told by its boxes", [0, 0, 0, 32, ...text("ftypisom")], 8, false);

test("any bytes give an answer", () => {
  const start = fc.constantFrom([], EBML, matroska, avi(9999));
  fc.assert(
    fc.property(start, fc.array(fc.nat(255), { maxLength: 64 }), fc.nat(), (first, rest, fileBytes) =>
      assert.equal(typeof endsEarly(Uint8Array.from([...first, ...rest]), fileBytes), "boolean"),
    ),
  );
});
