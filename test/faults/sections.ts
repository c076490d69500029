/** Which rows the long form runs on which library. */
import { tmpdir } from "node:os";
import type { Bench } from "./bench.ts";
import type { Row } from "./rows.ts";
import { diskRows, mayMount } from "./rows-disk.ts";
import { errorRows, shortRows } from "./rows-error.ts";
import { killRows, recoveryKillRows } from "./rows-kill.ts";
import { programRows } from "./rows-programs.ts";
import { randomRows, twiceRows } from "./rows-serve.ts";
import { scanRows, worldRows } from "./rows-world.ts";
import { SCENARIOS } from "./scenarios.ts";

/** What each first word of a row's name means, for the report. */
export const KINDS: Readonly<Record<string, string>> = {
  kill: "kill -9 before a writing call, then left alone",
  "kill-twice": "the same, and kill -9 again while that is recovered from",
  torn: "kill -9 in the middle of a write, half of it done",
  random: "kill -9 of `cvc serve` at random moments, on a household's films with the real ffmpeg",
  error: "one call fails once (EIO, ESTALE, ENOSPC, EROFS), in the same process all must come right",
  "error-lasts": "a call fails until the program is ended",
  short: "a copy of which the disk takes half and says that all is well",
  full: "a disk that is really full (tmpfs): the library's, the data folder's, the archive's",
  world: "a film, a result, a subtitle or the root is changed at a moment that is held still",
  scan: "the root goes away, is empty or is another disk at a call of the scan",
  program: "ffmpeg hangs, dies, lies, writes garbage or floods its log",
  two: "two orchestrators on one data folder",
};

/** Every so-manieth point or change only: all of them on every library would take hours and say the same. */
const STEPS = { errors: 3, world: 60 };

const KILLED_WHOLE = new Set(["archive"]);
const KILLED = new Set([
  "keep",
  "delete",
  "archive-far-without-links",
  "again-archive",
  "names-taken",
  "restore",
  "restore-far",
]);
const ERRORS = new Set(["archive-far", "keep-without-links", "delete", "again-archive", "restore-far"]);

/** The rows of one library. */
export const longRows = (bench: Bench): readonly Row[] => {
  const { name } = bench.place.scenario;
  if (name === "encode") return programRows(bench);
  if (name.startsWith("household-"))
    return [...randomRows(bench, 4, 10), ...(name === "household-keep" ? twiceRows(bench) : [])];
  if (name.startsWith("two-"))
    return [...worldRows(bench, STEPS.world), ...(name === "two-keep" ? scanRows(bench) : [])];
  return [
    ...(KILLED_WHOLE.has(name) || KILLED.has(name) ? killRows(bench, KILLED_WHOLE.has(name)) : []),
    ...recoveryKillRows(bench),
    ...(ERRORS.has(name) ? errorRows(bench, STEPS.errors) : []),
    ...shortRows(bench),
    ...(name === "archive-far" && mayMount(tmpdir()) ? diskRows(bench) : []),
  ];
};

export const LONG_SCENARIOS = SCENARIOS.map((each) => each.name);
