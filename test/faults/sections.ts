/** Which rows the long form runs on which library. */
import type { Bench } from "./bench.ts";
import { kindIs, type Row, some } from "./rows.ts";
import { diskRows, mayMount } from "./rows-disk.ts";
import { afterRows, errorRows, shortRows } from "./rows-error.ts";
import { killRows, recoveryKillRows } from "./rows-kill.ts";
import { programRows } from "./rows-programs.ts";
import { randomRows, twiceRows } from "./rows-serve.ts";
import { downRows, encodingRows, queuedRows, scanRows, unmountRows, worldRows } from "./rows-world.ts";
import { SCENARIOS } from "./scenarios.ts";

/** What each first word of a row's name means, for the report. */
export const KINDS: Readonly<Record<string, string>> = {
  kill: "kill -9 before a writing call, then left alone",
  "kill-twice": "the same, and kill -9 again while that is recovered from",
  torn: "kill -9 in the middle of a write, half of it done",
  random: "kill -9 of `cvc serve` at random moments, on a household's films with the real ffmpeg",
  error: "one call fails once (EIO, ESTALE, ENOSPC, EROFS), in the same process all must come right",
  after:
    "a call that gives or takes a name is done and then said to have failed, as where a share's answer is lost",
  "error-lasts": "a call fails until the program is ended",
  short: "a copy of which the disk takes half and says that all is well",
  full: "a disk that is really full (tmpfs): the library's, the data folder's, the archive's",
  world: "a film, a result, a subtitle, the archive or a disk is changed at a moment that is held still",
  unmount: "the library's disk is unmounted at a call on it (a mount, where that is allowed), and comes back",
  queued: "a film is changed while it waits in the queue",
  encoding: "the same as `world` while ffmpeg is held still in the middle of an encode",
  down: "kill -9 while a film is published, and it is changed before the next start",
  scan: "the root goes away, is empty or is another disk at a call of the scan",
  program: "ffmpeg hangs, dies, lies, writes garbage or floods its log",
  two: "two orchestrators on one data folder",
};

const RESTORED = ["restore", "restore-far"];
/** Each way in which an original stays or leaves. */
const LEAVES = [
  "keep",
  "archive",
  "delete",
  "keep-without-links",
  "archive-without-links",
  "archive-far",
  "archive-far-without-links",
];
const PUBLISHED = [...LEAVES, "names-taken", "again", "again-archive", "again-elsewhere"];

/** With a second film that plays. */
const DISTURBED = ["two-archive", "two-delete", "two-archive-far", "two-archive-without-links", "two-output"];

/** Every so-manieth point or change only: all of them on every library would take hours and say the same. */
const STEPS = { twice: 2, errors: 4, world: 90, scan: 2, queued: 2, down: 8, unmount: 4 };

type Section = {
  /** The first words of its rows' names. */
  readonly kinds: readonly (keyof typeof KINDS)[];
  /** The libraries it is for. */
  readonly scenarios: readonly string[];
  readonly rows: (bench: Bench) => readonly Row[];
};

const SECTIONS: readonly Section[] = [
  { kinds: ["kill", "torn"], scenarios: ["archive"], rows: (bench) => killRows(bench, true) },
  {
    kinds: ["kill", "torn"],
    scenarios: ["keep", "delete", "archive-far-without-links", "again-archive", "names-taken", ...RESTORED],
    rows: (bench) => killRows(bench, false),
  },
  {
    kinds: ["kill", "kill-twice", "torn"],
    scenarios: PUBLISHED,
    rows: (bench) => {
      const rows = recoveryKillRows(bench);
      const twice = rows.filter(kindIs("kill-twice"));
      return [...rows.filter((row) => !twice.includes(row)), ...some(twice, STEPS.twice)];
    },
  },
  {
    kinds: ["error", "error-lasts"],
    scenarios: ["archive-far", "keep-without-links", "delete", "again-archive", "restore-far"],
    rows: (bench) => errorRows(bench, STEPS.errors),
  },
  {
    kinds: ["after"],
    scenarios: [...LEAVES, ...RESTORED],
    rows: afterRows,
  },
  { kinds: ["short"], scenarios: ["archive-far", "restore-far"], rows: shortRows },
  {
    kinds: ["full"],
    scenarios: ["archive-far"],
    rows: (bench) => (mayMount() ? diskRows(bench) : []),
  },
  {
    kinds: ["world"],
    scenarios: ["two-keep", ...DISTURBED, "restore-far"],
    rows: (bench) => worldRows(bench, STEPS.world),
  },
  {
    kinds: ["unmount"],
    scenarios: ["two-delete", "two-archive-far", "restore-far"],
    rows: (bench) => unmountRows(bench, STEPS.unmount),
  },
  { kinds: ["queued"], scenarios: ["two-delete"], rows: (bench) => some(queuedRows(bench), STEPS.queued) },
  { kinds: ["encoding"], scenarios: ["two-encode"], rows: encodingRows },
  { kinds: ["down"], scenarios: DISTURBED, rows: (bench) => downRows(bench, STEPS.down) },
  { kinds: ["scan"], scenarios: ["two-keep"], rows: (bench) => some(scanRows(bench), STEPS.scan) },
  { kinds: ["program"], scenarios: ["encode"], rows: programRows },
  {
    kinds: ["random"],
    scenarios: ["household-keep", "household-archive", "household-delete"],
    rows: (bench) => randomRows(bench, 4, 10),
  },
  { kinds: ["two"], scenarios: ["household-keep"], rows: twiceRows },
];

/** The rows of one library. */
export const longRows = (bench: Bench): readonly Row[] =>
  SECTIONS.filter(({ scenarios }) => scenarios.includes(bench.place.scenario.name)).flatMap(({ rows }) =>
    rows(bench),
  );

/** The libraries that rows whose names hold `only` may be on: to make one ready takes seconds. */
export const scenariosFor = (only: string): readonly string[] => {
  const [kind = "", scenario = "", ...rest] = only.split("/");
  const isMeant = (name: string): boolean => (rest.length > 0 ? name === scenario : name.includes(scenario));
  const meant = SECTIONS.filter(({ kinds }) => kinds.some((each) => each.includes(kind)));
  return SCENARIOS.map((each) => each.name).filter(
    (name) => isMeant(name) && meant.some(({ scenarios }) => scenarios.includes(name)),
  );
};
