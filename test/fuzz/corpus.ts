/** Real small films that are mutated: those of the tests, and of `../shared/media` where it is there. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { type ClipKind, putClip } from "../support/clips.ts";
import { runFfmpeg } from "../support/ffmpeg.ts";

export type SeedFilm = { readonly name: string; readonly ending: string; readonly bytes: Buffer };

const SHARED = join(import.meta.dirname, "..", "..", "..", "shared", "media");
/** Larger ones cost time and find nothing more: what breaks a reader stands at the beginning or in the index. */
const MAX_BYTES = 450_000;

const CLIPS: readonly ClipKind[] = ["plays", "remux", "subtitled", "sound", "picture", "ten-bit"];

/** Containers that the clips are put into as they are. */
const CONTAINERS = ["mov", "ts", "flv", "mpg"];

/** Every seed film, in an order that does not change. `folder` is for the making. */
export const readCorpus = async (folder: string): Promise<readonly SeedFilm[]> => {
  const made: string[] = [];
  for (const kind of CLIPS) made.push(await putClip(kind, join(folder, `${kind}.film`)));
  for (const ending of CONTAINERS) {
    const path = join(folder, `in.${ending}`);
    const isMpeg = ending === "mpg";
    const codecs = isMpeg ? ["-c:v", "mpeg2video", "-c:a", "mp2"] : ["-c", "copy"];
    await runFfmpeg(["-v", "error", "-y", "-i", join(folder, "remux.film"), ...codecs, path]);
    made.push(path);
  }
  const fragmented = join(folder, "fragmented.mp4");
  const flags = ["-movflags", "frag_keyframe+empty_moov"];
  await runFfmpeg([
    "-v",
    "error",
    "-y",
    "-i",
    join(folder, "remux.film"),
    "-c",
    "copy",
    ...flags,
    fragmented,
  ]);
  const shared = existsSync(SHARED)
    ? readdirSync(SHARED)
        .filter((each) => !/^(?:MANIFEST|README)/.test(each))
        .map((each) => join(SHARED, each))
        .filter((each) => statSync(each).size > 0 && statSync(each).size < MAX_BYTES)
        .toSorted()
    : [];
  return [...made, fragmented, ...shared].map((path) => ({
    name: path.slice(path.lastIndexOf("/") + 1),
    ending: extname(path) === ".film" ? "mkv" : extname(path).slice(1),
    bytes: readFileSync(path),
  }));
};
