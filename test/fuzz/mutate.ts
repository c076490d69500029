/** Makes a film that no muxer ever wrote out of real ones: the same for the same seed and corpus. */
import type { SeedFilm } from "./corpus.ts";
import { type Random, randomOf } from "./random.ts";

export type Mutant = {
  readonly bytes: Buffer;
  /** With an ending that may lie. */
  readonly name: string;
  /** What was done to which film, for who looks into a failure. */
  readonly story: string;
};

const ENDINGS = ["mkv", "mp4", "avi", "mov", "ts", "webm", "wmv", "mpg", "m4v", "flv", "ogv", "3gp"];

/** Numbers at which readers slip. */
const NUMBERS = [
  0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

/** Where sizes and counts stand: the names of MP4's boxes, the chunks of RIFF. */
const NAMES =
  "moov mvhd trak tkhd edts elst mdia mdhd hdlr minf stbl stsd avc1 avcC hvcC esds stts ctts stss stsc stsz stco mdat moof mvex trex mfhd traf tfhd trun udta dref LIST avih strl strh strf movi idx1 JUNK".split(
    " ",
  );

/** Ids of Matroska: header, segment, info, tracks, entry, codec private, cluster, block group, block, cues, tags. */
const IDS = [
  "1a45dfa3",
  "18538067",
  "1549a966",
  "1654ae6b",
  "ae",
  "63a2",
  "1f43b675",
  "a0",
  "a3",
  "1c53bb6b",
  "4489",
  "e0",
];

type Mutator = (random: Random, bytes: Buffer, corpus: readonly SeedFilm[]) => Buffer;

/** Half of the places are in the first 4 kB, where the headers are. */
const placeIn = (random: Random, bytes: Buffer): number =>
  random.int(random.int(2) === 0 ? Math.min(4096, bytes.length) : bytes.length);

const placesOf = (bytes: Buffer, wanted: Buffer): readonly number[] => {
  const places: number[] = [];
  for (let at = bytes.indexOf(wanted); at >= 0 && places.length < 200; at = bytes.indexOf(wanted, at + 1))
    places.push(at);
  return places;
};

const write = (bytes: Buffer, at: number, value: Buffer): Buffer => {
  const changed = Buffer.from(bytes);
  changed.set(value.subarray(0, Math.max(0, changed.length - at)), Math.min(at, changed.length));
  return changed;
};

const numberOf = (random: Random, before: number): number =>
  random.int(3) === 0 ? (before + random.int(33) - 16) >>> 0 : random.pick(NUMBERS);

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

const cut = (bytes: Buffer, from: number, to: number, between: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]);

const MUTATORS: Readonly<Record<string, Mutator>> = {
  "bits flipped": (random, bytes) => {
    const changed = Buffer.from(bytes);
    for (let left = 1 + random.int(40); left > 0; left--) {
      const at = placeIn(random, changed);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.int(8));
    }
    return changed;
  },
  "bytes overwritten": (random, bytes) => {
    const length = 1 + random.int(random.pick([4, 64, 4096]));
    const fill = random.pick([random.bytes(length), Buffer.alloc(length), Buffer.alloc(length, 0xff)]);
    return write(bytes, placeIn(random, bytes), fill);
  },
  "cut off": (random, bytes) => bytes.subarray(0, 1 + random.int(bytes.length)),
  "a part left out": (random, bytes) => {
    const at = placeIn(random, bytes);
    return cut(bytes, at, at + 1 + random.int(random.pick([16, 1000, bytes.length])));
  },
  "a part twice": (random, bytes) => {
    const at = placeIn(random, bytes);
    const end = at + 1 + random.int(random.pick([16, 1000, bytes.length]));
    return cut(bytes, at, at, bytes.subarray(at, end));
  },
  "bytes put in": (random, bytes) => {
    const at = placeIn(random, bytes);
    return cut(bytes, at, at, random.bytes(1 + random.int(64)));
  },
  "two parts swapped": (random, bytes) => {
    const [a, b] = [random.int(bytes.length), random.int(bytes.length)].toSorted((one, two) => one - two);
    const length = 1 + random.int(2000);
    const [first, second] = [bytes.subarray(a, (a ?? 0) + length), bytes.subarray(b, (b ?? 0) + length)];
    return write(write(bytes, a ?? 0, second), b ?? 0, first);
  },
  "a size or count changed": (random, bytes) => {
    const found = NAMES.flatMap((name) => placesOf(bytes, Buffer.from(name, "latin1")));
    if (found.length === 0) return write(bytes, placeIn(random, bytes), word(random.pick(NUMBERS)));
    // Before the name stands the size, behind it version, counts and tables.
    const at = Math.max(0, random.pick(found) + random.pick([-4, -4, 4, 8, 12, 16, 20, 24, 32]));
    return write(bytes, at, word(numberOf(random, at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0)));
  },
  "an element's length changed": (random, bytes) => {
    const found = IDS.flatMap((id) =>
      placesOf(bytes, Buffer.from(id, "hex")).map((at) => at + id.length / 2),
    );
    if (found.length === 0) return write(bytes, placeIn(random, bytes), random.bytes(2));
    const length = random.pick([
      Buffer.of(0xff),
      Buffer.of(0x80),
      Buffer.of(0x01, 0xff, 0xff, 0xff),
      random.bytes(8),
    ]);
    return write(bytes, random.pick(found), length);
  },
  "the head of another film": (random, bytes, corpus) => {
    const other = random.pick(corpus).bytes;
    return cut(
      bytes,
      0,
      random.int(bytes.length),
      other.subarray(0, 1 + random.int(Math.min(8192, other.length))),
    );
  },
  "a part of another film": (random, bytes, corpus) => {
    const other = random.pick(corpus).bytes;
    const from = random.int(other.length);
    const at = placeIn(random, bytes);
    return cut(bytes, at, at + random.int(4096), other.subarray(from, from + 1 + random.int(65_536)));
  },
  "another name alone": (_, bytes) => bytes,
};

/** The mutant of a seed: one to three changes, and every third time an ending that its container does not have. */
export const mutantOf = (seed: number, corpus: readonly SeedFilm[]): Mutant => {
  const random = randomOf(seed);
  const film = random.pick(corpus);
  const done: string[] = [];
  let { bytes } = film;
  for (let left = 1 + random.int(3); left > 0 && bytes.length > 0; left--) {
    const [name, mutate] = random.pick(Object.entries(MUTATORS));
    bytes = mutate(random, bytes, corpus);
    done.push(name);
  }
  const ending = random.int(3) === 0 ? random.pick(ENDINGS) : film.ending;
  return { bytes, name: `mutant-${seed}.${ending}`, story: `${film.name}: ${done.join(", ")}` };
};
