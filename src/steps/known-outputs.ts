/** The published files that a scan knew as it began, small enough for a million: the rows are asked of the store. */
import { createPathTable } from "../core/path-table.ts";
import type { AssetOutput, Assets } from "../edges/store/assets.ts";
import { inTurns } from "./known-films.ts";

type Met = { readonly path: string; readonly sizeBytes: number; readonly modifiedUs: number };

/** A published file as it was known. */
export type OutputKnown = Pick<AssetOutput, "id" | "outputPath" | "outputSizeBytes" | "outputModifiedUs"> & {
  /** Its film is in work. */
  readonly isBusy: boolean;
};

type OutputNow = {
  readonly output: AssetOutput;
  readonly isMet: boolean;
  /** Another film's has taken its name, after somebody had moved it away. */
  readonly isDisplaced: boolean;
};

export type KnownOutputs = {
  readonly know: (output: AssetOutput) => void;
  /** A file at the path of a published one was met: whose that is, of two by size and time; null where none is known. */
  readonly meet: (path: string, file: Met) => OutputKnown | null;
  /** Whether a file was met at this path of a published one. */
  readonly isMet: (path: string) => boolean;
  /** The file that was met at the path of this film's published one. */
  readonly metOf: (path: string, id: number) => Met | null;
  /** What was met at the place of a published file and is not as that was: it may have been taken from its film since. */
  readonly others: () => Iterable<{ readonly known: OutputKnown; readonly met: Met }>;
  /** The rows as they are now, of what is still where it was known. Rows may change meanwhile. */
  readonly rows: () => Generator<OutputNow>;
  /** Those of them that were not met. */
  readonly unmet: () => AsyncGenerator<OutputNow>;
  /** The scan has ended. */
  readonly forget: () => void;
};

const [BUSY, MET] = [1, 2];
/** No size or time is known: NaN, as times may be less than 0. */
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const toKnown = ({ id, outputPath, outputSizeBytes, outputModifiedUs, state }: AssetOutput): OutputKnown => ({
  ...{ id, outputPath, outputSizeBytes, outputModifiedUs },
  isBusy: state === "Processing",
});

const isOf = (each: OutputKnown, file: Met): boolean =>
  each.outputSizeBytes === file.sizeBytes && each.outputModifiedUs === file.modifiedUs;

type Claim = { readonly known: OutputKnown; met: Met | null };

/** Published files of several films at one path: of the first, which has the name, and of those that it was taken from. */
const createContested = () => {
  const firsts = new Map<string, Claim>();
  const displaced: Claim[] = [];
  return {
    firsts,
    displaced,
    add: (first: Claim, output: AssetOutput): void => {
      if (!firsts.has(output.outputPath)) firsts.set(output.outputPath, first);
      const isKnown = displaced.some((each) => each.known.id === output.id);
      if (!isKnown && firsts.get(output.outputPath)?.known.id !== output.id)
        displaced.push({ known: toKnown(output), met: null });
    },
    /** The one whose the file is, by size and time, is the first from now on. */
    meet: (path: string, first: Claim, file: Met): OutputKnown => {
      const index = isOf(first.known, file)
        ? -1
        : displaced.findIndex(({ known }) => known.outputPath === path && isOf(known, file));
      const its = displaced[index] ?? first;
      if (its !== first) {
        displaced[index] = first;
        firsts.set(path, its);
      }
      its.met = file;
      return its.known;
    },
  };
};

type Input = {
  readonly library: string;
  readonly isPart: boolean;
  readonly seed: number;
  /** The path in the library of a file that was met in it. */
  readonly relative: (path: string) => string;
};

/** What is known of published files, by their places in a table. */
const createPublished = ({ seed, relative }: Pick<Input, "seed" | "relative">) => {
  const table = createPathTable(0, seed);
  const ids: number[] = [];
  /** Files that are not as they were published. */
  const others = new Map<number, { readonly known: OutputKnown; readonly met: Met }>();
  const has = (place: number, flag: number): boolean => place >= 0 && (table.flags(place) & flag) !== 0;

  const knownAt = (place: number, outputPath: string): OutputKnown => ({
    id: ids[place] ?? 0,
    outputPath,
    outputSizeBytes: orNull(table.sizeBytes(place)),
    outputModifiedUs: orNull(table.modifiedUs(place)),
    isBusy: has(place, BUSY),
  });
  return {
    find: table.find,
    has,
    idAt: (place: number): number | undefined => ids[place],
    knownAt,
    metAt: (place: number, path: string): Met | null => {
      if (!has(place, MET)) return null;
      const asPublished = { sizeBytes: table.sizeBytes(place), modifiedUs: table.modifiedUs(place) };
      return others.get(place)?.met ?? { path: relative(path), ...asPublished };
    },
    add: ({ id, outputPath, outputSizeBytes, outputModifiedUs, state }: AssetOutput): void => {
      const flags = state === "Processing" ? BUSY : 0;
      table.add(outputPath, outputSizeBytes ?? Number.NaN, outputModifiedUs ?? Number.NaN, flags);
      ids.push(id);
    },
    others,
    free: table.free,
    meet: (place: number, known: OutputKnown, met: Met): void => {
      table.mark(place, MET);
      if (!isOf(known, met)) others.set(place, { known, met });
    },
  };
};

/** Of the whole library, or (`isPart`) of some folders. */
export const createKnownOutputs = (
  assets: Pick<Assets, "byId" | "outputs">,
  { library, isPart, ...input }: Input,
): KnownOutputs => {
  const published = createPublished(input);
  const contested = createContested();
  /** Of a part: by these the rows are found again. */
  const part: OutputKnown[] = [];
  let [knownCount, metCount] = [0, 0];

  const nowOf = ({ id, outputPath }: OutputKnown): AssetOutput | null => {
    const asset = assets.byId(id);
    return asset?.outputPath === outputPath ? { ...asset, outputPath } : null;
  };
  const partNow = (): readonly AssetOutput[] => part.map(nowOf).filter((each) => each !== null);

  function* rows(): Generator<OutputNow> {
    for (const output of isPart ? partNow() : assets.outputs(library)) {
      const place = published.find(output.outputPath);
      const first = contested.firsts.get(output.outputPath);
      if (output.id !== (first ? first.known.id : published.idAt(place))) continue;
      yield { output, isMet: first ? first.met !== null : published.has(place, MET), isDisplaced: false };
    }
    for (const { known, met: file } of [...contested.displaced]) {
      const output = nowOf(known);
      if (output) yield { output, isMet: file !== null, isDisplaced: true };
    }
  }

  return {
    know: (output) => {
      const { outputPath, id } = output;
      const place = published.find(outputPath);
      if (place < 0) {
        published.add(output);
        knownCount++;
        if (isPart) part.push(toKnown(output));
      } else if (published.idAt(place) !== id) {
        const first = {
          known: published.knownAt(place, outputPath),
          met: published.metAt(place, outputPath),
        };
        contested.add(first, output);
      }
    },
    meet: (path, file) => {
      const place = published.find(path);
      if (place < 0) return null;
      if (!published.has(place, MET)) metCount++;
      const first = contested.firsts.get(path);
      const known = first ? contested.meet(path, first, file) : published.knownAt(place, path);
      published.meet(place, known, file);
      return known;
    },
    isMet: (path) => published.has(published.find(path), MET),
    metOf: (path, id) => {
      const first = contested.firsts.get(path);
      if (first) return first.known.id === id ? first.met : null;
      const place = published.find(path);
      return published.idAt(place) === id ? published.metAt(place, path) : null;
    },
    others: () => published.others.values(),
    rows,
    async *unmet() {
      // Most scans meet all of them, and ask for none.
      if (metCount === knownCount && contested.displaced.length === 0) return;
      yield* inTurns(rows(), (each) => !each.isMet);
    },
    forget: published.free,
  };
};
