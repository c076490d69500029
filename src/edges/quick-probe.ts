/** Asks a probe process what a film is, and ffprobe wherever the process is not trusted: ffprobe stays the judge. */
import { parseFfprobe, withEvidence } from "../core/ffprobe-json.ts";
import { isFfprobes } from "../core/libav-film.ts";
import { mainVideo } from "../core/media-info.ts";
import type { Ffprobe } from "./ffprobe.ts";
import type { Read } from "./probe/messages.ts";
import type { QuickReader } from "./probe/quick-reader.ts";
import type { Probe } from "./probe-film.ts";

/** What a look through a library wants of a film. */
export type QuickProbe = (path: string, signal?: AbortSignal) => Promise<Pick<Probe, "media" | "raw">>;

/**
 * As `ffprobe.probe`, and sooner, for looking through a library. Nothing that it says may end an original: of a film that
 * is converted ffprobe is asked before.
 */
export const createQuickProbe = (
  ffprobe: Pick<Ffprobe, "probe">,
  reader: Pick<QuickReader, "read">,
): QuickProbe => {
  const inTurn = createTurns(FFPROBES);
  return async (path, signal) => {
    const read = await reader.read(path, signal);
    return (read && trusted(read)) ?? inTurn(() => ffprobe.probe(path, signal));
  };
};

/** More films are looked into at once while processes answer; of a film that they decline it is as if there were none. */
const FFPROBES = 2;

/** Runs so many at a time, in the order in which they came. */
const createTurns = (most: number) => {
  const waiting: (() => void)[] = [];
  let free = most;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
};

/** What the process read; null where ffprobe is to be asked. */
const trusted = ({ json, evidence }: Read): Awaited<ReturnType<QuickProbe>> | null => {
  const parsed = parseFfprobe(json);
  if (parsed.kind !== "media") return null;
  const media = withEvidence(parsed.media, mainVideo(parsed.media)?.index ?? null, evidence);
  return isFfprobes(media) ? null : { media, raw: json };
};
