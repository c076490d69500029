/** Real films for benches: noisy pictures, so that codecs have work to do and files have the size of films. */
import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";

/** Runs ffmpeg, quietly; what it wrote to standard output. Throws when it fails. */
export const ffmpeg = (args: readonly string[]): string =>
  execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args], { maxBuffer: 1e8, encoding: "utf8" });

const X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-pix_fmt", "yuv420p"];
const RATE = ["-b:v", "6M", "-maxrate", "6M", "-bufsize", "6M"];
const STEREO = ["-c:a", "aac", "-ac", "2"];

type Recipe = { readonly ending: string; readonly size: string; readonly coded: readonly string[] };

/** By what a Chromecast 3 needs of them. */
const RECIPES = {
  plays: {
    ending: "mp4",
    size: "1280x720",
    coded: [...X264, ...RATE, "-profile:v", "high", ...STEREO, "-movflags", "+faststart"],
  },
  remux: { ending: "mkv", size: "1280x720", coded: [...X264, ...RATE, ...STEREO] },
  audio: { ending: "mkv", size: "1280x720", coded: [...X264, ...RATE, "-c:a", "ac3", "-ac", "6"] },
  hevc: {
    ending: "mkv",
    size: "1280x720",
    coded: [
      ...["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p"],
      ...[...RATE, ...STEREO],
    ],
  },
  /** As films of 2005 are. AVI has no times: a beginning of the sound before zero would put a hole in the picture. */
  mpeg4: {
    ending: "avi",
    size: "640x352",
    coded: [..."-c:v mpeg4 -b:v 1M -c:a mp3 -ac 2 -avoid_negative_ts disabled".split(" ")],
  },
} as const satisfies Readonly<Record<string, Recipe>>;
export type FilmKind = keyof typeof RECIPES;

/** Ending of the names of films of a kind. */
export const endingOf = (kind: FilmKind): string => RECIPES[kind].ending;

/** Writes a film of so many seconds. */
export const makeFilm = (path: string, kind: FilmKind, seconds: number): void => {
  const { size, coded } = RECIPES[kind];
  const picture = `testsrc2=duration=${seconds}:size=${size}:rate=24,noise=alls=12:allf=t`;
  const sound = `sine=frequency=440:duration=${seconds}:sample_rate=48000`;
  ffmpeg(["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, ...coded, "-shortest", path]);
};

/** A copy that is a content of its own: its last bytes, which no player reads, are others. */
export const copyFilm = (from: string, to: string, number: number): void => {
  copyFileSync(from, to);
  writeFileSync(to, `end of ${number}`, { flag: "a" });
};

/** A hash of the picture's packets, which every container keeps. */
export const pictureOf = (path: string): string =>
  ffmpeg([
    ...["-i", path, "-map", "0:v:0", "-c", "copy", "-bsf:v", "filter_units=pass_types=1-5", "-f", "md5", "-"],
  ]);

/** How many pictures a film has: reads all of it. */
export const picturesIn = (path: string): number =>
  execFileSync(
    "ffprobe",
    ["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=flags", "-of", "csv=p=0", path],
    { encoding: "utf8", maxBuffer: 1e8 },
  )
    .trim()
    .split("\n").length;
