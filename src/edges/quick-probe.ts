/** Asks a probe process what a film is, and ffprobe wherever the process is not trusted: ffprobe stays the judge. */
import { parseFfprobe } from "../core/ffprobe-json.ts";
import { readSps } from "../core/h264-sps.ts";
import { isFfprobes, isWithoutFfprobe } from "../core/libav-film.ts";
import type { Ffprobe } from "./ffprobe.ts";
import type { QuickReader } from "./probe/quick-reader.ts";
import { type Probe, probeFilm, type Told } from "./probe-film.ts";

/**
 * As `ffprobe.probe`, and sooner, for looking through a library. Nothing that it says may end an original: of a film that
 * is converted ffprobe is asked before.
 */
export const createQuickProbe =
  (ffprobe: Pick<Ffprobe, "probe" | "tell">, reader: Pick<QuickReader, "read">) =>
  async (path: string, signal?: AbortSignal): Promise<Probe> => {
    const ask = async (): Promise<Told> =>
      (await tell(ffprobe, reader, path, signal)) ?? ffprobe.tell(path, signal);
    const probe = await probeFilm(ask, path);
    return isWithoutFfprobe(probe.raw) && isFfprobes(probe.media) ? ffprobe.probe(path, signal) : probe;
  };

/** What the process tells; null when it does not. */
const tell = async (
  ffprobe: Pick<Ffprobe, "tell">,
  reader: Pick<QuickReader, "read">,
  path: string,
  signal?: AbortSignal,
): Promise<Told | null> => {
  const read = await reader.read(path, signal);
  if (read === null) return null;
  const parsed = parseFfprobe(read.json);
  if (parsed.kind !== "media") return null;
  const { extradata, packets } = read;
  return {
    raw: read.json,
    media: parsed.media,
    pictures: async (video) => {
      if (packets !== null) return { sps: readSps(Buffer.from(extradata, "hex")), packets };
      // An MP4 whose index names no packets, which the process left to us.
      return (await ffprobe.tell(path, signal)).pictures(video);
    },
  };
};
