/** Films that a worker reaches in folders of its own: a share that the orchestrator has mounted as well. */
import { basename, dirname, join } from "node:path";
import { type PathMap, toOurs } from "../core/path-map.ts";
import { Problem, toProblem } from "../core/problem.ts";
import type { LibrariesSaid, MadeFile, WorkOrder } from "../core/work-order.ts";
import { isInside } from "../edges/film-file.ts";
import { whyRefused } from "../edges/folder-rights.ts";
import { fingerprintFile, statFile, statRoot } from "../edges/library-walk.ts";
import { fileStat } from "../edges/library-write.ts";
import type { Log } from "../edges/log.ts";
import { syncFile, syncFolder } from "../edges/sync-folder.ts";
import type { Handed, Made, Opened, Places, Reach } from "./worker-reach.ts";

type Said = LibrariesSaid[number];

/** A share whose server went away lets nobody even look: after so long without an answer nothing of it is believed. */
const LOOK_LIMIT_MS = 20_000;
const DOUBT_MS = 60_000;

const isBelow = (inner: string, outer: string): boolean => inner.startsWith(`${outer}/`);
const isPlainRelative = (path: string): boolean => !path.startsWith("/") && !path.split("/").includes("..");

/** Why a folder is another one than is meant: of the films that were named none is there as it was. */
const whyOther = async (ours: string, known: Said["known"]): Promise<string | null> => {
  let why: string | null = null;
  for (const { path, sizeBytes } of known) {
    const film = isPlainRelative(path) ? await statFile(join(ours, path)) : null;
    if (film?.kind === "file" && film.sizeBytes === sizeBytes) return null;
    const is =
      film === null
        ? `${path} is no path in a library.`
        : `${join(ours, path)} ${film.kind === "file" ? "has another size" : "is not there"}: it is another folder.`;
    why ??= known.length === 1 ? is : `${is} So it is with ${known.length - 1} more.`;
  }
  return why;
};

/** Why no film of a library can be worked on here; null when all is well. Throws nothing. */
const whyNot = async ({ root, output, known }: Said, map: PathMap): Promise<string | null> => {
  const ours = toOurs(map, root);
  const found = await statRoot(ours);
  if (found.kind !== "ok")
    return `${ours} ${found.kind === "missing" ? "is not there" : "cannot be read"}; \`--map ${root}=FOLDER\` says where it is.`;
  if (found.isEmpty) return `${ours} is empty: its share is not mounted.`;
  const why = await whyOther(ours, known);
  return why ?? whyRefused(toOurs(map, output));
};

const late = (): Promise<string> =>
  new Promise((resolve) => {
    setTimeout(resolve, LOOK_LIMIT_MS, `It did not answer within ${LOOK_LIMIT_MS / 1000} s.`).unref();
  });

/** `map`: this machine's names of folders, by which those of the orchestrator are read. */
export const createMounts = ({
  map,
  log,
  now,
}: {
  readonly map: PathMap;
  readonly log: Log;
  readonly now: () => number;
}): Reach => {
  let known: LibrariesSaid = [];
  /** Why a library is not reached; empty when it is. */
  let states = new Map<string, string>();
  const doubts = new Map<string, number>();
  const isReached = (library: string): boolean =>
    states.get(library) === "" && (doubts.get(library) ?? Number.NEGATIVE_INFINITY) < now();
  return {
    access: "mounts",
    libraries: () => [...states.keys()].filter(isReached).toSorted(),
    look: async (said) => {
      const next = await Promise.all(
        said.map(
          async (each): Promise<readonly [string, string]> => [
            each.library,
            (await Promise.race([whyNot(each, map), late()])) ?? "",
          ],
        ),
      );
      for (const [library, why] of next)
        if (states.get(library) !== why)
          if (why === "") log.info({ library }, "its films can be worked on here");
          else log.warn({ library, why }, "its films cannot be worked on here");
      known = said;
      states = new Map(next);
    },
    open: async (order, { givenAt }) => {
      const library = known.find((each) => each.library === order.library);
      if (!library || states.get(order.library) !== "")
        throw new Problem(
          "worker-sees-other",
          `${order.library}: ${states.get(order.library) || "is not known here"}`,
        );
      const places = await placesOf(order, library, map);
      await proveSource(order, places.sourcePath, givenAt);
      return { places, hand: (made) => handOver(order, made), close: async () => {} } satisfies Opened;
    },
    doubt: (library) => void doubts.set(library, now() + DOUBT_MS),
  };
};

/** The folders of an order as they are called here. Throws Problem order-refused for what lies outside of its library. */
const placesOf = async (order: WorkOrder, { root, output }: Said, map: PathMap): Promise<Places> => {
  const { sourcePath, folder, base, earlierSidecars } = order;
  const isOfLibrary =
    isBelow(sourcePath, root) &&
    (base === root || base === output) &&
    earlierSidecars.every((each) => isBelow(each, root) || isBelow(each, output));
  if (!isOfLibrary)
    throw new Problem("order-refused", `${sourcePath} or ${folder} lies outside of ${order.library}.`);
  const ours = (path: string): string => toOurs(map, path);
  const places = {
    sourcePath: ours(sourcePath),
    folder: ours(folder),
    base: ours(base),
    earlierSidecars: new Set(earlierSidecars.map(ours)),
  };
  const isLedOut =
    !(await staysInside(places.sourcePath, ours(root))) ||
    !(await staysInside(join(places.folder, "film"), places.base));
  if (isLedOut)
    throw new Problem("order-refused", `${sourcePath}: a link on the way leads out of the library.`);
  return places;
};

/** Whether a file, whose folder may have to be made yet, lies in `root` when links are followed. Throws Problem. */
const staysInside = async (path: string, root: string): Promise<boolean> => {
  try {
    return await isInside(path, root);
  } catch (thrown) {
    if (toProblem(thrown).code !== "file-missing" || dirname(path) === root) throw thrown;
    return staysInside(dirname(path), root);
  }
};

/** Throws Problem source-changed or worker-sees-other: the file is not what the orchestrator means. */
const proveSource = async (
  { sourceBytes, sourceFingerprint }: WorkOrder,
  path: string,
  givenAt: number,
): Promise<void> => {
  const found = await fileStat(path);
  if (found === null) throw new Problem("worker-sees-other", `${path} is not there.`);
  const isSame =
    found.sizeBytes === sourceBytes &&
    (sourceFingerprint === null || (await fingerprintFile(path, sourceBytes)) === sourceFingerprint);
  if (isSame) return;
  // Written after the order was: the film changed. Else this machine still sees, or is shown, another one.
  if (found.modifiedUs / 1000 > givenAt) throw new Problem("source-changed", path);
  throw new Problem(
    "worker-sees-other",
    `${path} has ${found.sizeBytes} bytes here; it should have ${sourceBytes} and be the same film.`,
  );
};

const handOver = async (order: WorkOrder, { partial, sidecars }: Made): Promise<Handed> => {
  const hand = async (path: string): Promise<MadeFile> => {
    await syncFile(path);
    const sizeBytes = (await fileStat(path))?.sizeBytes ?? 0;
    const fingerprint = await fingerprintFile(path, sizeBytes);
    return { path: join(order.folder, basename(path)), sizeBytes, fingerprint };
  };
  const handed: Handed = {
    partial: await hand(partial),
    sidecars: await Promise.all(
      sidecars.map(async ({ path, label, ending, isOfTrack }) => ({
        ...(await hand(path)),
        label,
        ending,
        isOfTrack,
      })),
    ),
  };
  await syncFolder(dirname(partial));
  return handed;
};
