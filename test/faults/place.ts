/** Where one library of the harness lies with all that belongs to it, and how it is set back to what it was. */
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { promisify } from "node:util";
import { putClip } from "../support/clips.ts";
import { standIn } from "../support/orchestrator.ts";
import { operationalOf, type Scenario } from "./scenarios.ts";

const run = promisify(execFile);

export type Place = {
  readonly scenario: Scenario;
  readonly folder: string;
  readonly root: string;
  readonly archive: string;
  /** Where results go in a scenario that moves its output. */
  readonly ready: string;
  readonly data: string;
  readonly temp: string;
  readonly settings: string;
  /** Stand-ins for programs. */
  readonly programs: string;
  /** Node's cache of compiled code, so that a start is cheap. */
  readonly compiled: string;
  /** All that is kept and set back, and what fail points are named by. */
  readonly folders: readonly string[];
  readonly remove: () => void;
};

/** A second disk that needs no right to mount one. */
export const OTHER_DISK = "/dev/shm";

/** A place for `scenario` below `folder`, with its films in it. */
export const newPlace = async (folder: string, compiled: string, scenario: Scenario): Promise<Place> => {
  const far = scenario.isFar ? mkdtempSync(join(OTHER_DISK, "cvc-faults-")) : null;
  const own = join(folder, scenario.name);
  const live = join(own, "live");
  const place: Place = {
    scenario,
    folder: own,
    root: join(live, "films"),
    archive: far === null ? join(live, "films", ".chromecast-originals") : join(far, "archive"),
    ready: join(live, "ready"),
    data: join(live, "data"),
    temp: join(live, "temp"),
    settings: join(own, "settings.yaml"),
    programs: join(own, "programs"),
    compiled,
    folders: far === null ? [live] : [live, far],
    remove: () => {
      for (const each of [own, ...(far === null ? [] : [far])])
        rmSync(each, { recursive: true, force: true });
    },
  };
  mkdirSync(place.root, { recursive: true });
  if (far !== null) mkdirSync(place.archive);
  // Folders that settings name have to be there: what is not may be a disk that is away.
  if (scenario.hasOutput || scenario.earlier?.movesOutput) mkdirSync(place.ready);
  for (const [path, kind] of Object.entries(scenario.films)) await putClip(kind, join(place.root, path));
  for (const [path, text] of Object.entries(scenario.others ?? {}))
    writeFileSync(join(place.root, path), text);
  writeSettings(place, false);
  await putPrograms(place);
  return place;
};

/** The film that faults are done to: the first. */
export const filmOf = ({ root, scenario }: Place): string => join(root, Object.keys(scenario.films)[0] ?? "");

/** Where the result of that film goes when the name is free. */
export const resultOf = (place: Place): string => {
  const folder = place.scenario.hasOutput ? place.ready : place.root;
  return join(folder, `${parse(filmOf(place)).name}.mp4`);
};

/** YAML is JSON too. */
export const writeSettings = (
  { scenario, root, archive, ready, settings }: Place,
  isLater: boolean,
): void => {
  const { original, isFar, hasOutput, earlier } = scenario;
  const films = {
    root,
    // What was archived or deleted is not made again.
    original: !isLater && earlier?.press === "reprocess" ? "keep" : original,
    ...(isFar ? { archive } : {}),
    ...(hasOutput || (isLater && earlier?.movesOutput) ? { output: ready } : {}),
  };
  writeFileSync(settings, JSON.stringify({ libraries: { films }, operational: operationalOf(scenario) }));
};

/** The real ffmpeg, but for the trial of an encoder, which is known to work here: it is half of what a start costs. */
const putPrograms = async ({ programs }: Place): Promise<void> => {
  mkdirSync(programs);
  const { stdout } = await run("sh", ["-c", "command -v ffmpeg"]);
  const file = join(programs, "ffmpeg");
  writeFileSync(file, `#!/bin/sh\ncase " $* " in *" lavfi "*) exit 0 ;; esac\nexec ${stdout.trim()} "$@"\n`);
  chmodSync(file, 0o755);
};

/** A folder of programs in which ffmpeg is a stand-in that misbehaves; `name` is one of test/fixtures/programs. */
export const putStandIn = async (place: Place, name: string): Promise<string> => {
  const folder = join(place.folder, `programs-${name}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "ffmpeg");
  // A stand-in calls the real one by its name: this folder must not be where that is looked for.
  const known = name === "hangs-when-tried" ? "" : 'case " $* " in *" lavfi "*) exit 0 ;; esac\n';
  writeFileSync(file, `#!/bin/sh\n${known}PATH=\${PATH#*:}\nexport PATH\nexec ${standIn(name)} "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
};

/**
 * A folder of programs in which the first ffmpeg that converts stands still once it has opened its files: makes `reached`
 * when it does, and goes on when `open` is there.
 */
export const putHeld = async (place: Place, reached: string, open: string): Promise<string> => {
  const folder = join(place.folder, "programs-held");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "ffmpeg");
  writeFileSync(
    file,
    `#!/bin/sh
for output in "$@"; do :; done
output=\${output#file:}
case $output in *.partial.mp4) ;; *) exec '${join(place.programs, "ffmpeg")}' "$@" ;; esac
'${join(place.programs, "ffmpeg")}' "$@" &
while [ ! -e "$output" ] && kill -0 $!; do sleep 0.01; done
kill -STOP $!
while grep -q '^State:.[^TZ]' /proc/$!/status; do sleep 0.01; done
grep -q '^State:.T' /proc/$!/status && : >'${reached}'
until [ -e '${open}' ]; do sleep 0.01; done
kill -CONT $!
wait $!
`,
  );
  chmodSync(file, 0o755);
  return folder;
};

const keptAt = (place: Place, name: string, index: number): string =>
  join(place.folder, `kept-${name}-${index}`);

/** Keeps the place as it is now under a name. */
export const keep = async (place: Place, name: string): Promise<void> => {
  for (const [index, each] of place.folders.entries())
    await run("cp", ["-a", each, keptAt(place, name, index)]);
};

/** Sets the place back to what it was. */
export const setBack = async (place: Place, name: string): Promise<void> => {
  for (const [index, each] of place.folders.entries()) {
    const kept = keptAt(place, name, index);
    if (!existsSync(kept)) throw new Error(`Nothing was kept as ${name}.`);
    await run("sh", ["-c", 'rm -rf "$2" && cp -a "$1" "$2"', "sh", kept, each]);
  }
};
