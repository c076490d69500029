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
export const createQuickProbe =
  (ffprobe: Pick<Ffprobe, "probe">, reader: Pick<QuickReader, "read" | "instead">): QuickProbe =>
  async (path, signal) => {
    const read = await reader.read(path, signal);
    return (read && trusted(read)) ?? reader.instead(() => ffprobe.probe(path, signal), signal);
  };

/** What the process read; null where ffprobe is to be asked. */
const trusted = ({ json, evidence }: Read): Awaited<ReturnType<QuickProbe>> | null => {
  const parsed = parseFfprobe(json);
  if (parsed.kind !== "media") return null;
  const media = withEvidence(parsed.media, mainVideo(parsed.media)?.index ?? null, evidence);
  return isFfprobes(media) ? null : { media, raw: json };
};
