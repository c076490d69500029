/** Parts of the program broken on purpose: the model test has to find each, or it is worth nothing. */
import { renameSync, rmSync } from "node:fs";
import { WRITING } from "../../../src/apps/job.ts";
import { finalPaths } from "../../../src/core/output-paths.ts";
import { publish } from "../../../src/steps/publish.ts";
import { recover } from "../../../src/steps/recover.ts";
import { type Parts, SOUND_PARTS } from "./house.ts";

type Saboteur = {
  readonly name: string;
  /** What the model test says then. */
  readonly finding: RegExp;
  /** One with which it is found soon; it is found with every other as well. */
  readonly seed: number;
  readonly parts: Parts;
};

const isTheirs = (path: string): boolean => path.endsWith(".vtt") && !path.includes(".partial.");

export const SABOTEURS: readonly Saboteur[] = [
  {
    name: "a publication that makes room for itself",
    finding: /is overwritten by|is gone|was lost/,
    seed: 3,
    parts: {
      ...SOUND_PARTS,
      publish: (deps, input) => {
        const [first = ""] = finalPaths(input.folder, input.sourcePath);
        rmSync(first, { force: true });
        return publish(deps, input);
      },
    },
  },
  {
    name: "an archive that loses what it is given",
    finding: /is gone|was lost/,
    seed: 1,
    parts: {
      ...SOUND_PARTS,
      files: { ...WRITING, moveOriginal: async (from) => rmSync(from, { force: true }) },
    },
  },
  {
    name: "subtitles that overwrite",
    finding: /\.vtt: .* is (?:overwritten by|gone)/,
    seed: 8,
    parts: {
      ...SOUND_PARTS,
      files: {
        ...WRITING,
        fileStat: async (path) => (isTheirs(path) ? null : WRITING.fileStat(path)),
        moveWithoutOverwrite: async (from, to) => {
          if (!isTheirs(to)) return WRITING.moveWithoutOverwrite(from, to);
          renameSync(from, to);
          return true;
        },
      },
    },
  },
  {
    name: "a library that is believed whatever it looks like",
    finding: /a disk that is away takes nothing/,
    seed: 10,
    parts: {
      ...SOUND_PARTS,
      statRoot: async () => ({ kind: "ok", device: "any", identity: "0:0", isEmpty: false }),
    },
  },
  {
    name: "a move that nobody writes down",
    finding: /rows and history/,
    seed: 5,
    parts: {
      ...SOUND_PARTS,
      store: (store) => ({
        ...store,
        events: {
          ...store.events,
          append: (event) => (event.kind === "moved" ? 0 : store.events.append(event)),
        },
      }),
    },
  },
  {
    name: "a restart that takes every publication back, whatever was done",
    finding: /is gone|was lost|is not known to be/,
    seed: 21,
    parts: {
      ...SOUND_PARTS,
      recover: async (deps, folders) => {
        for (const { token } of deps.store.journal.all()) deps.store.journal.remove(token);
        return recover(deps, folders);
      },
    },
  },
];
