/** A real library, store and program's memory for the model test; what a restart keeps and what it forgets. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { WRITING } from "../../../src/apps/job.ts";
import { createJobWatch } from "../../../src/apps/job-watch.ts";
import { createPauses, type Pauses } from "../../../src/apps/pauses.ts";
import type { EncoderAnswer, Running } from "../../../src/apps/running.ts";
import { settingsFrom } from "../../../src/apps/settings-source.ts";
import { ENCODERS } from "../../../src/core/encoders.ts";
import type { Look } from "../../../src/core/fingerprint.ts";
import { outputFolder } from "../../../src/core/output-paths.ts";
import type { LibrarySettings, OriginalPolicy } from "../../../src/core/settings.ts";
import { wishOf } from "../../../src/core/wish.ts";
import { createFfmpeg } from "../../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../../src/edges/ffprobe.ts";
import { type RootStat, statFile, statRoot } from "../../../src/edges/library-walk.ts";
import { sweepPartials } from "../../../src/edges/library-write.ts";
import { createLog } from "../../../src/edges/log.ts";
import type { Asset } from "../../../src/edges/store/asset-row.ts";
import { openStore, type Store } from "../../../src/edges/store/store.ts";
import type { Assessment } from "../../../src/steps/assess.ts";
import type { MadeSidecar } from "../../../src/steps/make-sidecars.ts";
import { publish } from "../../../src/steps/publish.ts";
import { recover, type SettleDeps } from "../../../src/steps/recover.ts";
import { replan } from "../../../src/steps/replan.ts";
import { isRootThere } from "../../../src/steps/scan-root.ts";
import { NOW } from "../store.ts";
import { type Fuse, mortal, NO_MISHAP, newFuse, ProcessEnded } from "./fuse.ts";
import { POSTER, probeText } from "./texts.ts";

export type Policy = {
  readonly original: OriginalPolicy;
  readonly output: "beside" | "mirror";
  /** A hidden folder in the library, or one on another disk where there is one. */
  readonly archive: "hidden" | "other";
};

export type Job = {
  readonly asset: Asset;
  readonly token: string;
  readonly rowId: number;
  readonly assessment: Assessment;
  readonly partial: string;
  readonly sidecars: readonly MadeSidecar[];
};

/** Parts of the program that a test may replace by broken ones, to see that this is found. */
export type Parts = {
  readonly files: typeof WRITING;
  readonly statRoot: (house: House, root: string) => Promise<RootStat>;
  readonly publish: typeof publish;
  readonly recover: typeof recover;
  readonly store: (store: Store) => Store;
};

export type House = {
  readonly root: string;
  readonly mirror: string;
  readonly other: string;
  readonly parts: Parts;
  readonly file: string;
  now: number;
  isMounted: boolean;
  /** What the program holds in memory; a restart forgets all of it. */
  store: Store;
  library: LibrarySettings;
  policy: Policy;
  pauses: Pauses;
  settling: Map<string, Look>;
  readonly jobs: Map<number, Job>;
  readonly cancels: Map<number, AbortController>;
  claims: number;
  /**
   * Tokens of attempts whose partial files may stay: their disk was away when they ended, or failed, their folder was
   * renamed meanwhile, or results go elsewhere by now.
   */
  readonly leftBehind: Set<string>;
};

export const NAME = "films";

const settingsOf = (house: Pick<House, "root" | "mirror" | "other">, policy: Policy) =>
  settingsFrom({
    libraries: {
      [NAME]: {
        root: house.root,
        original: policy.original,
        output: policy.output === "beside" ? "beside" : house.mirror,
        archive: policy.archive === "hidden" ? "" : house.other,
      },
    },
    operational: { encoder: "software", gpu_only: false, remove_original_after_success: true },
  });

const libraryIn = (house: Pick<House, "root" | "mirror" | "other">, policy: Policy): LibrarySettings => {
  const library = settingsOf(house, policy).libraries[NAME];
  if (!library) throw new Error("no library");
  return library;
};

/** An empty house in two folders, of two disks if possible. */
export const newHouse = (folder: string, other: string, policy: Policy, parts: Parts): House => {
  const places = {
    root: join(folder, "films"),
    mirror: join(folder, "mirror"),
    other: join(other, "archive"),
  };
  for (const each of [places.root, places.mirror, places.other]) {
    mkdirSync(each);
    writeFileSync(join(each, POSTER), "a picture");
  }
  const file = join(folder, "library.sqlite");
  const now = (): number => house.now;
  const house: House = {
    ...places,
    parts,
    file,
    now: NOW,
    isMounted: true,
    store: parts.store(openStore({ file })),
    library: libraryIn(places, policy),
    policy,
    pauses: createPauses(now),
    settling: new Map(),
    jobs: new Map(),
    cancels: new Map(),
    claims: 0,
    leftBehind: new Set(),
  };
  return house;
};

const encoder = ENCODERS.software;
const ANSWER: EncoderAnswer = {
  encoder,
  card: null,
  status: { kind: "found", codec: encoder.codec, name: encoder.name, isHardware: false },
};

/** What the loops would share, over the house as it is now. */
export const runningIn = (house: House, fuse: Fuse): Running => ({
  settings: settingsOf(house, house.policy),
  store: mortal(house.store, fuse),
  ffmpeg: createFfmpeg(),
  ffprobe: { ...createFfprobe(), probe: probeText },
  log: createLog("silent"),
  now: () => house.now,
  signal: new AbortController().signal,
  changed: () => {},
  progress: new Map(),
  watch: createJobWatch(() => house.now),
  cancels: house.cancels,
  pauses: house.pauses,
  encoder: () => ANSWER,
  probeEncoder: () => {},
  wake: () => {},
  unknownFolders: new Map(),
  startScan: () => [],
});

/** A mount point is on another disk than what was mounted there. */
const statPlace: Parts["statRoot"] = async (house, root) => {
  const found = await statRoot(root);
  return found.kind === "ok" && root === house.root && !house.isMounted
    ? { ...found, device: "of the mount point" }
    : found;
};

export const SOUND_PARTS: Parts = {
  files: WRITING,
  statRoot: statPlace,
  publish,
  recover,
  store: (store) => store,
};

export const settleDeps = (house: House, fuse: Fuse): SettleDeps => ({
  store: mortal(house.store, fuse),
  files: mortal(house.parts.files, fuse),
  now: () => house.now,
  sweepPartials,
  isLibraryThere: (id) =>
    isRootThere(
      { store: house.store, statRoot: (root) => house.parts.statRoot(house, root), statFile },
      NAME,
      house.root,
      house.store.assets.byId(id)?.path ?? "",
    ),
});

const awayOf = (house: House): string => `${house.root}-away`;

/** Takes the disk out of the library's place; its mount point stays, empty, or goes too. */
export const unmount = (house: House, leavesFolder: boolean): void => {
  if (!house.isMounted) return;
  house.isMounted = false;
  renameSync(house.root, awayOf(house));
  if (leavesFolder) mkdirSync(house.root);
};

/** Throws when anything was written to the mount point meanwhile: it would be hidden now, and fill the wrong disk. */
export const remount = (house: House): void => {
  if (house.isMounted) return;
  house.isMounted = true;
  if (existsSync(house.root)) rmdirSync(house.root);
  renameSync(awayOf(house), house.root);
};

export const fuseOf = (house: House, mishap = NO_MISHAP): Fuse =>
  newFuse(mishap, () => unmount(house, mishap.after % 2 === 0));

/** Runs `work`; where the program ended in the middle of it, it is started again. Other errors are the test's. */
export const survive = async (house: House, fuse: Fuse, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (thrown) {
    if (!fuse.isDead) throw thrown;
  }
  if (fuse.isDead) await restart(house, house.policy, fuseOf(house));
};

/** Ends the program, forgets its memory, starts it with `policy`; it may end again while it recovers. */
export const restart = async (house: House, policy: Policy, fuse: Fuse): Promise<void> => {
  house.store.close();
  house.store = house.parts.store(openStore({ file: house.file }));
  if (!house.isMounted || fuse.kind === "unmounts" || house.policy.output !== policy.output)
    for (const { token } of house.store.assets.inState("Processing")) if (token) house.leftBehind.add(token);
  house.policy = policy;
  house.library = libraryIn(house, policy);
  house.pauses = createPauses(() => house.now);
  house.settling = new Map();
  house.jobs.clear();
  house.cancels.clear();
  try {
    await house.parts.recover(settleDeps(house, fuse), (id) => foldersOf(house, id));
    const store = mortal(house.store, fuse);
    replan({ store, now: () => house.now }, NAME, wishOf(settingsOf(house, policy), house.library));
  } catch (thrown) {
    if (!(thrown instanceof ProcessEnded) && !fuse.isDead) throw thrown;
    await restart(house, policy, fuseOf(house));
  }
};

/** Where partial files of an asset may lie, as the orchestrator says it. */
const foldersOf = (house: House, id: number): readonly string[] => {
  const asset = house.store.assets.byId(id);
  if (!asset) return [];
  return [outputFolder(house.root, asset.path, house.library.output), dirname(join(house.root, asset.path))];
};

export const closeHouse = (house: House): void => {
  house.store.close();
  rmSync(dirname(house.root), { recursive: true, force: true });
  rmSync(dirname(house.other), { recursive: true, force: true });
};

const filesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile() && each.name !== POSTER)
        .map((each) => join(each.parentPath, each.name))
    : [];

/** Every file of the house with its text, by absolute path, as if the library's disk were mounted. */
export const diskOf = (house: House): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const actual = house.isMounted ? house.root : awayOf(house);
  for (const path of filesIn(actual))
    found.set(`${house.root}${path.slice(actual.length)}`, readFileSync(path, "utf8"));
  for (const place of [house.mirror, house.other])
    for (const path of filesIn(place)) found.set(path, readFileSync(path, "utf8"));
  return found;
};
