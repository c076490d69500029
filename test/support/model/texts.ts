/** Small texts that stand for films: each says what ffprobe would, and a result says what it was made of. */
import { readFileSync } from "node:fs";
import type { MediaInfo } from "../../../src/core/media-info.ts";
import { Problem } from "../../../src/core/problem.ts";
import type { Ffprobe } from "../../../src/edges/ffprobe.ts";
import { audio, inContainer, media, video } from "../media.ts";

export const KINDS = ["plays", "copy", "video", "junk"] as const;
export type Kind = (typeof KINDS)[number];

/**
 * `n` makes every content another, and every size: by its size a film is told from our result, and by nothing else where
 * its time is another. `subtitles` is how many sidecars come of it.
 */
export const filmText = (kind: Kind, n: number, subtitles = 0): string =>
  `${kind} film ${n} with ${subtitles} subtitles`.padEnd(40 * (n + 1), ".");

export const resultText = (source: string, claim: number): string =>
  `plays, made of [${source}]${claim % 2 ? ", again" : ""}.`;

export const sidecarText = (label: string, source: string): string => `WEBVTT, ${label}, of [${source}]`;

export const isResultOf = (text: string, source: string): boolean =>
  text.startsWith(`plays, made of [${source}]`);

export const kindOf = (text: string): Kind => KINDS.find((each) => text.startsWith(each)) ?? "junk";

export const subtitlesOf = (text: string): number => Number(/with (\d) subtitles/.exec(text)?.[1] ?? 0);

const MEDIA: Readonly<Record<Exclude<Kind, "junk">, MediaInfo>> = {
  plays: media(),
  copy: inContainer("matroska"),
  video: inContainer("matroska", { streams: [video({ codec: "mpeg4", sps: null }), audio()] }),
};

/** Stands in for ffprobe, which is a process. */
export const probeText: Ffprobe["probe"] = async (path) => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Problem("file-missing", path, cause);
  }
  const kind = kindOf(text);
  if (kind === "junk") throw new Problem("not-media", path);
  return { media: MEDIA[kind], raw: {}, video: [], soundEndSeconds: null, boxLevel: null };
};

/** Lies in every folder and goes never: a folder that is empty may be a disk that is away. */
export const POSTER = "poster.jpg";
