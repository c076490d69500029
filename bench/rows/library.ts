/** A mixed library of real films, from the start of the program until all of it plays: how long, and how soon the half. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ENCODERS } from "../../src/core/encoders.ts";
import { defaultEncodingProfile } from "../../src/core/settings-profile.ts";
import { copyFilm, endingOf, type FilmKind, makeFilm, pictureOf, picturesIn } from "../frame/films.ts";
import { byHand, openHousehold } from "../frame/house.ts";
import { inFolder, mustBe, timed } from "../frame/measure.ts";
import type { Bench, Measured } from "../frame/row.ts";
import { LIBRARY } from "../frame/tree.ts";

/** Ten films by their names: a fifth plays, three tenths need another container, as many other sound, a fifth is encoded. */
const SHELF: readonly FilmKind[] = [
  ...(["hevc", "remux", "audio", "plays", "remux", "audio", "mpeg4", "remux", "audio", "plays"] as const),
];
const WORK_OF = { plays: "none", remux: "copy", audio: "audio", hevc: "video", mpeg4: "video" } as const;

type Film = { readonly path: string; readonly kind: FilmKind };

/** What the original did with every file that it found; with our encoder, as it wanted a card. */
const encodeAnyway = (source: string, target: string): readonly string[] => [
  ...["-v", "error", "-nostdin", "-y", "-i", source, "-map", "0:v:0", "-map", "0:a:0", "-c:v", "libx264"],
  ...[...ENCODERS.software.options({ ...defaultEncodingProfile, level: "4.1" }), "-pix_fmt", "yuv420p"],
  ...["-c:a", "aac", "-ac", "2", "-b:a", "192k", "-movflags", "+faststart", target],
];

const makeShelves = (
  folder: string,
  films: number,
  seconds: number,
): { readonly films: readonly Film[]; readonly clips: ReadonlyMap<FilmKind, string> } => {
  const root = join(folder, "films");
  mkdirSync(root);
  const clips = new Map(
    [...new Set(SHELF)].map((kind) => {
      const clip = join(folder, `${kind}.${endingOf(kind)}`);
      makeFilm(clip, kind, seconds);
      return [kind, clip] as const;
    }),
  );
  const all = Array.from({ length: films }, (_, index) => {
    const kind = SHELF[index % SHELF.length] ?? "plays";
    const path = `Film ${String(index).padStart(3, "0")}.${endingOf(kind)}`;
    copyFilm(clips.get(kind) ?? "", join(root, path), index);
    return { path, kind };
  });
  return { films: all, clips };
};

/** All in ms. */
type Times = { readonly all: number; readonly half: number };

/** The films by themselves, one after another by their names; those that play are ready from the first. */
const loop = async (films: readonly Film[], commandOf: (film: Film) => readonly string[]): Promise<Times> => {
  const playing = films.filter(({ kind }) => kind === "plays").length;
  let [all, half, ready] = [0, 0, playing];
  for (const film of films) {
    if (film.kind === "plays") continue;
    all += await timed(() => execFileSync("ffmpeg", [...commandOf(film)], { stdio: "ignore" }));
    if (++ready === films.length / 2) half = all;
  }
  return { all, half };
};

/** Each kind is encoded once: all of a kind are copies of one clip. */
const encodingAll = async (
  folder: string,
  films: readonly Film[],
  clips: ReadonlyMap<FilmKind, string>,
): Promise<number> => {
  const target = join(folder, "encoded.mp4");
  let all = 0;
  for (const [kind, clip] of clips) {
    const once = await timed(() =>
      execFileSync("ffmpeg", [...encodeAnyway(clip, target)], { stdio: "ignore" }),
    );
    // Without a rate that it is told, ffmpeg may show the first picture twice.
    const lost = Math.abs(picturesIn(target) - picturesIn(clip));
    mustBe(`all pictures of ${kind}, encoded`, lost <= 1, true);
    all += once * films.filter((each) => each.kind === kind).length;
  }
  rmSync(target);
  return all;
};

const measure = (films: number, seconds: number): Promise<readonly Measured[]> =>
  inFolder(async (folder) => {
    const shelves = makeShelves(folder, films, seconds);
    const startedAt = Date.now();
    const house = await openHousehold(folder);
    try {
      await house.untilReady(films);
      const readyAt: number[] = [];
      const commands = new Map<string, readonly string[]>();
      for (const { path, kind } of shelves.films) {
        if (kind === "plays") {
          const asset = house.program.store.assets.byPath(LIBRARY, path);
          mustBe(`outcome of ${path}`, asset?.outcome, "direct-play");
          const seen = house.program.store.events.forAsset(asset?.id ?? 0, 20);
          readyAt.push(seen.find((each) => each.kind === "assessed-plays")?.at ?? Number.NaN);
          continue;
        }
        const { asset, job, readyAt: at } = house.done(path);
        const [source, output] = [join(house.root, path), asset.outputPath ?? ""];
        mustBe(`work of ${path}`, job.work, WORK_OF[kind]);
        mustBe(`pictures of ${path}`, picturesIn(output), picturesIn(source));
        if (job.work !== "video") mustBe(`picture of ${path}`, pictureOf(output), pictureOf(source));
        commands.set(path, byHand(job.command, join(folder, "by-hand.mp4")));
        readyAt.push(at);
      }
      readyAt.sort((a, b) => a - b);
      const [half = 0, all = 0] = [readyAt[films / 2 - 1], readyAt.at(-1)].map((at) => (at ?? 0) - startedAt);
      const shell = await loop(shelves.films, ({ path }) => ["-y", ...(commands.get(path) ?? [])]);
      const encoded = await encodingAll(folder, shelves.films, shelves.clips);
      return rowsOf({ films, seconds, all, half, shell, encoded });
    } finally {
      await house.stop();
    }
  });

type Found = Times & {
  readonly films: number;
  readonly seconds: number;
  readonly shell: Times;
  readonly encoded: number;
};

const rowsOf = ({ films, seconds, all, half, shell, encoded }: Found): readonly Measured[] => {
  const which = `${films} films of ${seconds} s (20 % play, 30 % need another container, 30 % other sound; of those to be encoded half are HEVC in 720p, half MPEG-4 in 640x352)`;
  const same = { assets: null, unit: "s" } as const;
  const whole = `From the start of the program until ${which} play, looks and checks included.`;
  return [
    {
      ...{ ...same, name: "library", what: whole, value: all / 1000, target: { mostRatio: 0.85 } },
      baseline: { what: "the same ffmpeg commands one after another", value: shell.all / 1000 },
    },
    {
      ...{ ...same, name: "library-encoded", what: whole, value: all / 1000, target: { mostRatio: 0.2 } },
      baseline: { what: "every film encoded, one after another, as the original did", value: encoded / 1000 },
    },
    {
      ...{ ...same, name: "first-ready", value: half / 1000, target: { mostRatio: 1 / 3 } },
      what: "The same library: until half of it plays. What plays already does so after a look.",
      baseline: {
        what: "the same ffmpeg commands by the order of names; what plays already does so from the first",
        value: shell.half / 1000,
      },
    },
  ];
};

export const bench: Bench = {
  run: ({ isQuick }) => (isQuick ? measure(10, 2) : measure(20, 120)),
};
