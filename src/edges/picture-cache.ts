/** Pictures that were made for pages: in the data folder, a folder a comparison, and never many. Any of it may be deleted. */
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

export type Compared = {
  readonly pairs: readonly { readonly seconds: number; readonly ssim: number | null }[];
  readonly notes: readonly string[];
  /** Of the pictures; pixels. */
  readonly width: number;
  readonly height: number;
};

export const SIDES = ["before", "after"] as const;
export type Side = (typeof SIDES)[number];

export type PictureCache = {
  /** What was made under a key; null: nothing. */
  readonly of: (key: string) => Compared | null;
  /** Where a picture that is being made goes. */
  readonly placeOf: (folder: string, moment: number, side: Side) => string;
  /** Makes an empty folder for a comparison. */
  readonly begin: (key: string) => Promise<string>;
  /** Keeps what is in the folder under its key; of others the oldest go. */
  readonly keep: (key: string, folder: string, compared: Compared) => Promise<void>;
  readonly drop: (folder: string) => Promise<void>;
  /** How many comparisons there are, and how large they are. */
  readonly kept: () => Promise<{ readonly count: number; readonly bytes: number }>;
  /** One picture; null when it is gone. */
  readonly read: (key: string, moment: number, side: Side) => Promise<Buffer | null>;
};

/** Ten pictures each, some 5 MB together. */
const KEPT_MAX = 24;
export const PICTURES_MAX_BYTES = 256_000_000;
const FACTS = "facts.json";
const UNFINISHED = ".making-";

const isKey = (name: string): boolean => /^[\w-]{1,64}$/.test(name);

/** The cache in `folder`, which is made when it is needed. What was not finished in an earlier run is removed. */
export const openPictureCache = (folder: string): PictureCache => {
  const known = new Map<string, Compared>();
  for (const entry of foldersIn(folder)) {
    if (entry.name.startsWith(UNFINISHED))
      // A folder of another owner stays; it is no reason to end the program.
      rm(join(folder, entry.name), { recursive: true, force: true }).catch(() => {});
    const facts = isKey(entry.name) ? readFacts(join(folder, entry.name, FACTS)) : null;
    if (facts) known.set(entry.name, facts);
  }
  const remove = async (key: string): Promise<void> => {
    known.delete(key);
    await rm(join(folder, key), { recursive: true, force: true });
  };
  const placeOf: PictureCache["placeOf"] = (place, moment, side) => join(place, `${moment}-${side}.jpg`);
  return {
    of: (key) => known.get(key) ?? null,
    placeOf,
    begin: async (key) => {
      const place = join(folder, `${UNFINISHED}${key}`);
      await rm(place, { recursive: true, force: true });
      await mkdir(place, { recursive: true });
      return place;
    },
    keep: async (key, place, compared) => {
      await writeFile(join(place, FACTS), JSON.stringify(compared));
      await remove(key);
      await rename(place, join(folder, key));
      known.set(key, compared);
      for (const each of await tooMany(folder, key)) await remove(each);
    },
    kept: async () => {
      const sizes = await Promise.all(
        [...known.keys()].map((key) => bytesIn(join(folder, key)).catch(() => 0)),
      );
      return { count: sizes.length, bytes: sizes.reduce((sum, each) => sum + each, 0) };
    },
    drop: (place) => rm(place, { recursive: true, force: true }),
    read: (key, moment, side) =>
      known.has(key)
        ? readFile(placeOf(join(folder, key), moment, side)).catch(() => null)
        : Promise.resolve(null),
  };
};

const foldersIn = (folder: string): readonly Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory());
  } catch {
    return [];
  }
};

const readFacts = (path: string): Compared | null => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    // Only `keep` writes it, and a folder appears only when it is whole.
    return value !== null && typeof value === "object" && "pairs" in value ? (value as Compared) : null;
  } catch {
    return null;
  }
};

/** The oldest comparisons that have to go so that the rest is within its limits; never `newest`. */
const tooMany = async (folder: string, newest: string): Promise<readonly string[]> => {
  const found = await Promise.all(
    (await readdir(folder)).filter(isKey).map(async (key) => ({
      key,
      at: (await stat(join(folder, key))).mtimeMs,
      bytes: await bytesIn(join(folder, key)),
    })),
  );
  const others = found.filter(({ key }) => key !== newest).sort((left, right) => right.at - left.at);
  let bytes = found.find(({ key }) => key === newest)?.bytes ?? 0;
  return others.flatMap((each, at) => {
    bytes += each.bytes;
    return at + 1 >= KEPT_MAX || bytes > PICTURES_MAX_BYTES ? [each.key] : [];
  });
};

const bytesIn = async (folder: string): Promise<number> => {
  const sizes = await Promise.all(
    (await readdir(folder)).map(
      async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0,
    ),
  );
  return sizes.reduce((sum, each) => sum + each, 0);
};
