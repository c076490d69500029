/** What all workers are told of the folders: each with films by which a worker knows the folder again, wherever it has it. */
import { outputFolder } from "../core/output-paths.ts";
import type { LibrariesSaid } from "../core/work-order.ts";
import type { AssetFile } from "../edges/store/assets.ts";
import type { Running } from "./running.ts";

/** Where in the order of paths films are taken from: a folder that is removed shall not take all of them with it. */
const FROM = ["", "D", "H", "M", "S"] as const;
/** Films looked at from there on, of which one is still where it was found: an archived one is not. */
const LOOKED_AT = 40;
const OF_EACH = 2;
/** One that was written to lately may be growing still, or about to be replaced; ms. */
const STABLE_MS = 3_600_000;

const isStable = ({ state, modifiedUs }: AssetFile, now: number): boolean =>
  state !== "Archived" && state !== "New" && now - modifiedUs / 1000 > STABLE_MS;

type Asked = Pick<Running, "settings" | "store" | "now">;

const knownOf = ({ store, now }: Asked, library: string): LibrariesSaid[number]["known"] => {
  const films = FROM.flatMap((from) =>
    store.assets
      .batch(library, from, LOOKED_AT)
      .filter((each) => isStable(each, now()))
      .slice(0, OF_EACH),
  );
  const byPath = new Map(films.map(({ path, sizeBytes }) => [path, sizeBytes]));
  return [...byPath].map(([path, sizeBytes]) => ({ path, sizeBytes }));
};

export const librariesSaid = (asked: Asked): LibrariesSaid =>
  Object.entries(asked.settings.libraries).map(([library, { root, output }]) => ({
    library,
    root,
    output: outputFolder(root, "", output),
    known: knownOf(asked, library),
  }));
