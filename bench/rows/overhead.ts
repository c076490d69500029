/** What the program adds to ffmpeg: from the claim of a film to its published file, against the same ffmpeg by hand. */
import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  copyFilm,
  endingOf,
  type FilmKind,
  ffmpeg,
  makeFilm,
  pictureOf,
  picturesIn,
} from "../frame/films.ts";
import { byHand, openHousehold } from "../frame/house.ts";
import { inFolder, median, mustBe, timed } from "../frame/measure.ts";
import type { Bench, Measured, Target } from "../frame/row.ts";

/** A film with the size of one. */
const LARGE_BYTES = 500e6;

type Work = {
  readonly name: "copy" | "encode";
  readonly kind: FilmKind;
  readonly film: string;
  readonly seconds: number;
  /** The clip is repeated until it is so large; null: once. */
  readonly bytes: number | null;
  readonly runs: number;
  readonly target: Target;
};

const worksOf = (isQuick: boolean): readonly Work[] => [
  {
    ...{ name: "copy", kind: "remux", target: { mostMore: 0.5 } },
    film: isQuick ? "a film of 8 s" : "a film of 500 MB",
    ...(isQuick ? { seconds: 8, bytes: null, runs: 2 } : { seconds: 60, bytes: LARGE_BYTES, runs: 3 }),
  },
  {
    ...{ name: "encode", kind: "hevc", bytes: null, target: { mostRatio: 1.03 } },
    film: isQuick ? "2 s of HEVC in 720p" : "60 s of HEVC in 720p",
    ...(isQuick ? { seconds: 2, runs: 2 } : { seconds: 60, runs: 3 }),
  },
];

/** All in ms. */
type Times = {
  readonly whole: number;
  readonly checks: number;
  readonly bare: number;
  /** To make as many bytes durable as the result has. */
  readonly durable: number;
};

const syncFile = (path: string): void => {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
};

/** The film the program is given one after another, and the same command by hand between. */
const measure = ({ kind, seconds, bytes, runs, name }: Work): Promise<readonly Times[]> =>
  inFolder(async (folder) => {
    const clip = join(folder, `clip.${endingOf(kind)}`);
    makeFilm(clip, kind, seconds);
    if (bytes !== null) {
      const whole = join(folder, "whole.mkv");
      const repeats = Math.ceil(bytes / statSync(clip).size) - 1;
      ffmpeg(["-stream_loop", String(repeats), "-i", clip, "-c", "copy", whole]);
      mustBe("a large film", statSync(whole).size > 0.95 * bytes, true);
      renameSync(whole, clip);
    }
    const house = await openHousehold(folder);
    try {
      const times: Times[] = [];
      for (let run = 0; run < runs; run++) {
        const path = `Film ${run}.${endingOf(kind)}`;
        const source = join(house.root, path);
        copyFilm(clip, `${source}.part`, run);
        renameSync(`${source}.part`, source);
        await house.untilReady(run + 1);
        const { asset, job, ...at } = house.done(path);
        const [output, hand] = [asset.outputPath ?? "", join(folder, "by-hand.mp4")];
        const args = byHand(job.command, hand);
        const bare = await timed(() => execFileSync("ffmpeg", ["-y", ...args], { stdio: "ignore" }));
        const durable = await timed(() => syncFile(hand));
        mustBe("work", job.work, name === "copy" ? "copy" : "video");
        if (name === "copy") {
          mustBe(`picture of ${path}`, pictureOf(output), pictureOf(source));
          mustBe("picture by hand", pictureOf(hand), pictureOf(output));
        } else {
          // With a buffer to keep to and several threads libx264 makes no film twice to the bit.
          const ratio = statSync(output).size / statSync(hand).size;
          mustBe(`size of ${path}, as by hand`, ratio > 0.98 && ratio < 1.02, true);
          mustBe("pictures by hand", picturesIn(hand), picturesIn(source));
        }
        mustBe(`pictures of ${path}`, picturesIn(output), picturesIn(source));
        const checks = at.publishingAt - at.verifyingAt;
        times.push({ whole: at.readyAt - at.claimedAt, checks, bare, durable });
        rmSync(hand);
      }
      return times;
    } finally {
      await house.stop();
    }
  });

const rowsOf = ({ name, film, target }: Work, times: readonly Times[]): readonly Measured[] => {
  const middle = (of: (each: Times) => number): number => median(times.map(of)) / 1000;
  const did = name === "copy" ? "only needs another container" : "is encoded";
  const baseline = { what: "the same ffmpeg command by hand", value: middle((each) => each.bare) };
  return [
    {
      ...{ name: `overhead-${name}`, assets: null, unit: "s", baseline, target },
      what: `From the claim of ${film} that ${did} to its published file, without its verification.`,
      value: middle((each) => each.whole - each.checks),
    },
    {
      ...{ name: `verification-${name}`, assets: null, unit: "s", baseline },
      what: `The verification of ${film} that ${did}.`,
      value: middle((each) => each.checks),
    },
    {
      ...{ name: `durable-${name}`, assets: null, unit: "s", baseline },
      what: "To make a result of that size durable (`fsync`): part of the overhead above, none of the baseline.",
      value: middle((each) => each.durable),
    },
  ];
};

export const bench: Bench = {
  run: async ({ isQuick }) => {
    const rows: Measured[] = [];
    for (const work of worksOf(isQuick)) rows.push(...rowsOf(work, await measure(work)));
    return rows;
  },
};
