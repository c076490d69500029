/** What a person has in a library that the program works on, and that it is there in the end, beside nothing half. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import type { Bench } from "./bench.ts";
import { EMPTY, type Expected, type Ground, treeOf, type Violation } from "./invariants.ts";
import { contentsOf } from "./invariants-database.ts";
import type { Change } from "./world.ts";

/** A film that a person has: by its hash, with what the program knows films by. */
type Held = { readonly sha256: string; readonly fingerprint: string; readonly label: string };

export type Changed = {
  readonly held: readonly Held[];
  /** Whether there was anything to change. */
  readonly isChanged: boolean;
};

/** Where the library lies, with its database, and what the undisturbed run came to. */
export type Judged = {
  readonly place: Ground & { readonly data: string };
  readonly undisturbed: { readonly expected: Pick<Expected, "originals" | "others" | "results"> };
};

const fileOf = (place: Ground, label: string): string => {
  const [folder = "", ...rest] = label.split("/");
  return join(folder === "films" ? place.root : folder === "archive" ? place.archive : place.ready, ...rest);
};

/** Every film of a person in the library now, wherever it is: originals, and what was put there since. */
const filmsHeld = async (place: Ground, isTheirs: (sha256: string) => boolean): Promise<readonly Held[]> => {
  const held: Held[] = [];
  for (const [label, { sha256 }] of treeOf(place)) {
    if (label.includes(".partial.") || !isTheirs(sha256)) continue;
    const file = fileOf(place, label);
    held.push({ sha256, label, fingerprint: await fingerprintFile(file, statSync(file).size) });
  }
  return held;
};

/** The hashes of what the program makes of the films when nobody disturbs it. */
const resultsOf = ({ undisturbed }: Pick<Judged, "undisturbed">): ReadonlySet<string> =>
  new Set([...undisturbed.expected.results.values()].flat().map((each) => each.sha256));

/** Makes a change and says what a person has afterwards: all that the program did not make. */
export const makeChange = async ({ place, undisturbed }: Bench, change: Change): Promise<Changed> => {
  const known = resultsOf({ undisturbed });
  const before = treeOf(place);
  const made = new Set([...before.values()].map((each) => each.sha256).filter((each) => known.has(each)));
  // Where a name is held by an empty file of the program, nobody else has put one there.
  if (undisturbed.expected.hasNoLinks) made.add(EMPTY);
  const isTheirs = (sha256: string): boolean => !made.has(sha256);
  // A disk that is away for a moment costs nothing of what was on it.
  const heldBefore = change.undo ? await filmsHeld(place, isTheirs) : null;
  await change.apply(place);
  const isChanged = JSON.stringify([...before]) !== JSON.stringify([...treeOf(place)]);
  // The folder of an archive that is still empty looks the same without its disk.
  return {
    held: heldBefore ?? (await filmsHeld(place, isTheirs)),
    isChanged: isChanged || heldBefore !== null,
  };
};

/**
 * What a person had must be somewhere; or, of an original that was to be deleted, its result: made of these bytes, not of
 * others that the program cannot tell from them, and no file of a person.
 */
export const checkHeld = (bench: Judged, held: readonly Held[]): readonly Violation[] => {
  const { place, undisturbed } = bench;
  const tree = new Set([...treeOf(place).values()].map((each) => each.sha256));
  const originals = new Set([...undisturbed.expected.originals.values()].map((each) => each.sha256));
  const known = resultsOf(bench);
  const deleted = contentsOf(place.data).filter((each) => each.isDeleted);
  const isMadeOf = (output: string | null, original: string): boolean => {
    if (output === null || !existsSync(output)) return false;
    const sha256 = createHash("sha256").update(readFileSync(output)).digest("hex");
    const isOfOriginal = known.has(sha256);
    // What the undisturbed run made of the first bytes is no result of others, however alike they look.
    return !held.some((each) => each.sha256 === sha256) && (originals.has(original) || !isOfOriginal);
  };
  return held.flatMap(({ sha256, fingerprint, label }): readonly Violation[] => {
    const isReplaced = deleted.some(
      (each) => each.fingerprint === fingerprint && isMadeOf(each.output, sha256),
    );
    if (tree.has(sha256) || isReplaced) return [];
    return [{ kind: "lost", what: `what a person had as ${label} is nowhere` }];
  });
};

/** Whether a film can be read to its end; of subtitles, whether there are any, and the last line has its end. */
const isWhole = (file: string): boolean => {
  if (!file.endsWith(".mp4")) return readFileSync(file, "utf8").endsWith("\n");
  const args = ["-v", "error", "-xerror", "-nostdin", "-i", file, "-map", "0", "-c", "copy", "-f", "null"];
  try {
    return execFileSync("sh", ["-c", 'exec ffmpeg "$@" 2>&1', "sh", ...args, "-"]).length === 0;
  } catch {
    return false;
  }
};

const RESULTS = new Set([".mp4", ".srt", ".vtt"]);

/** What has a final name is a person's, or known, or whole. */
export const checkWhole = (bench: Judged, held: readonly Held[]): readonly Violation[] => {
  const { place, undisturbed } = bench;
  const { originals, others } = undisturbed.expected;
  const known = new Set([
    ...resultsOf(bench),
    ...[...originals.values(), ...others.values(), ...held].map((each) => each.sha256),
  ]);
  return [...treeOf(place)].flatMap(([label, { sha256 }]): readonly Violation[] => {
    // Of partial files it is said that they are left.
    if (label.includes(".partial.") || known.has(sha256)) return [];
    if (RESULTS.has(extname(label)) && isWhole(fileOf(place, label))) return [];
    return [{ kind: "half", what: `${label} has a final name and is nothing whole` }];
  });
};
