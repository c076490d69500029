/** How full the disks are that are written to, and how much may still be put there, with what is in work counted. */
import { misfitOf, type Room } from "../core/disk-room.ts";
import { outputFolder } from "../core/output-paths.ts";
import type { DiskUse, TooLarge, WorkLane } from "../core/snapshot.ts";
import { createDisks, type DiskSpace } from "../edges/disks.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { LANE_NAMES, LANES } from "./pauses.ts";
import type { Running } from "./running.ts";

type Folder = { readonly what: string; readonly path: string; readonly library: string | null };

type Around = Pick<Running, "settings" | "store" | "progress" | "now" | "signal">;

export type DiskRooms = {
  /** Asks every disk, one after the other; one that hangs holds up the others for some seconds, once. */
  readonly read: () => Promise<void>;
  readonly disks: () => readonly DiskUse[];
  /** By library; none of a library whose disks do not answer. */
  readonly rooms: () => Readonly<Record<string, Room>>;
  /** A film was begun: what it will take is taken. */
  readonly took: (asset: Asset) => void;
  /** It is made in parts, which lie beside it until they are joined. */
  readonly tookParts: (asset: Asset) => void;
  /** The first films of the lines, where they do not fit. */
  readonly tooLarge: () => readonly TooLarge[];
};

/** Two disks that hang keep two of the four threads that read disks for the whole program; no third is asked then. */
const HANGING_MAX = 2;

type Known = Extract<DiskSpace, { readonly kind: "space" }>;

/** Bytes that may be written before the disk is `limit` percent full, as `df` has it. */
const roomOn = ({ freeBytes, usedPercent }: Known, limit: number): number =>
  usedPercent >= 100 ? 0 : freeBytes - (freeBytes / (1 - usedPercent / 100)) * (1 - limit / 100);

const resultsOf = (root: string, output: string): string => outputFolder(root, "", output);

const usesOf = (folders: readonly Folder[], spaces: ReadonlyMap<string, Known>): readonly DiskUse[] => {
  const known = folders.flatMap((each) => {
    const space = spaces.get(each.path);
    return space ? [{ ...each, space }] : [];
  });
  const byDisk = Map.groupBy(known, ({ library, space }) => (library === null ? "data" : space.device));
  return [...byDisk].flatMap(([key, on]) => {
    const [first] = on;
    if (!first) return [];
    const { usedPercent, freeBytes } = first.space;
    const names = [...new Set(on.flatMap((each) => each.library ?? []))];
    return [
      {
        device: String(key),
        folders: [...new Set(on.map((each) => each.what))],
        libraries: key === "data" ? null : names,
        ...{ usedPercent, freeBytes },
      },
    ];
  });
};

export const createDiskRooms = (
  { settings, store, progress, now, signal }: Around,
  dataDirectory: string,
  diskOf = createDisks(),
): DiskRooms => {
  const { max_disk_usage_percent: limit, order } = settings.operational;
  const libraries = Object.entries(settings.libraries);
  const folders: readonly Folder[] = [
    ...libraries.flatMap(([library, { root, output, original, archive }]) => [
      { what: `the results of ${library}`, path: resultsOf(root, output), library },
      ...(original === "archive"
        ? [{ what: `the archive of ${library}`, path: archive === "" ? root : archive, library }]
        : []),
    ]),
    { what: "the data folder", path: dataDirectory, library: null },
  ];
  let spaces = new Map<string, Known>();
  /** By disk. */
  let taken = new Map<number, number>();

  const take = (disk: number | undefined, bytes: number): void => {
    if (disk !== undefined) taken.set(disk, (taken.get(disk) ?? 0) + Math.max(0, bytes));
  };
  const placesOf = (library: string) => {
    const each = settings.libraries[library];
    if (!each) return null;
    const source = spaces.get(each.root);
    const archive = each.original === "archive" && each.archive !== "" ? spaces.get(each.archive) : undefined;
    return {
      results: spaces.get(resultsOf(each.root, each.output)),
      // On its own disk an original only changes its name.
      archive: archive?.device === source?.device ? undefined : archive,
    };
  };
  /** What a film will still take; `written` of it is on the disk already. */
  const takeFor = ({ library, expectedBytes, sizeBytes }: Asset, written: number): void => {
    const places = placesOf(library);
    take(places?.results?.device, (expectedBytes ?? 0) - written);
    take(places?.archive?.device, sizeBytes);
  };
  const takeParts = ({ library, expectedBytes }: Asset): void =>
    take(placesOf(library)?.results?.device, expectedBytes ?? 0);
  const left = (space: Known | undefined): number | null =>
    space === undefined ? null : Math.floor(roomOn(space, limit) - (taken.get(space.device) ?? 0));

  const rooms = (): Readonly<Record<string, Room>> =>
    Object.fromEntries(
      libraries.map(([library]) => {
        const places = placesOf(library);
        return [library, { results: left(places?.results), archive: left(places?.archive) }];
      }),
    );

  return {
    read: async () => {
      const found = new Map<string, Known>();
      const roots = libraries.map(([, { root }]) => root);
      let hanging = 0;
      for (const path of new Set([...roots, ...folders.map((each) => each.path)])) {
        if (hanging >= HANGING_MAX || signal.aborted) break;
        const space = await diskOf(path);
        if (space.kind === "space") found.set(path, space);
        else if (space.isLate) hanging++;
      }
      spaces = found;
      taken = new Map();
      for (const asset of store.assets.inState("Processing")) {
        const { bytes = 0, parts = null } = progress.get(asset.id) ?? {};
        takeFor(asset, bytes ?? 0);
        if (parts !== null) takeParts(asset);
      }
    },
    disks: () => usesOf(folders, spaces),
    rooms,
    took: (asset) => takeFor(asset, 0),
    tookParts: takeParts,
    tooLarge: () => {
      const all = rooms();
      return libraries.flatMap(([library]) =>
        LANE_NAMES.flatMap((lane: WorkLane) => {
          const room = all[library];
          // A disk over its limit is said to be that.
          if (!room || (limit < 100 && ((room.results ?? 1) <= 0 || (room.archive ?? 1) <= 0))) return [];
          const [first] = store.queue.page(
            { works: LANES[lane], libraries: [library], order, now: now() },
            { limit: 1 },
          ).assets;
          const misfit = first && misfitOf(first, room);
          return misfit ? [{ lane, library, ...misfit }] : [];
        }),
      );
    },
  };
};
