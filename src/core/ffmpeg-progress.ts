/** Reads what `ffmpeg -progress pipe:1` prints: blocks of `key=value` that end in `progress=continue|end`. */

export type Progress = {
  readonly percent: number | null;
  readonly fps: number | null;
  /** Multiples of playing time. */
  readonly speed: number | null;
  readonly etaSeconds: number | null;
  readonly outTimeSeconds: number | null;
  readonly bytes: number | null;
};

export type ProgressReader = {
  /** Feeds a piece of output; gives the newest whole block in it, if any ended. */
  readonly feed: (chunk: string) => Progress | null;
  /** ffmpeg said `progress=end`: it believes it is done. */
  readonly ended: () => boolean;
};

/** A line longer than this is not ffmpeg's and is thrown away; characters. */
const MAX_LINE = 4096;

/** A reader for one run; `durationSeconds` of the source makes percent and time left, when known. */
export const progressReader = (durationSeconds: number | null): ProgressReader => {
  let rest = "";
  let ended = false;
  let block = new Map<string, string>();
  return {
    ended: () => ended,
    feed: (chunk) => {
      const lines = (rest + chunk).split("\n");
      rest = (lines.pop() ?? "").slice(-MAX_LINE);
      let latest: Progress | null = null;
      for (const line of lines) {
        const cut = line.indexOf("=");
        if (cut < 1) continue;
        const [key, value] = [line.slice(0, cut).trim(), line.slice(cut + 1).trim()];
        block.set(key, value);
        if (key !== "progress") continue;
        ended ||= value === "end";
        latest = toProgress(block, durationSeconds);
        block = new Map();
      }
      return latest;
    },
  };
};

const toProgress = (block: ReadonlyMap<string, string>, durationSeconds: number | null): Progress => {
  const number = (key: string): number | null => {
    const found = Number.parseFloat(block.get(key) ?? "");
    return Number.isFinite(found) && found >= 0 ? found : null;
  };
  const micros = number("out_time_us");
  const outTimeSeconds = micros === null ? null : micros / 1e6;
  const speed = number("speed");
  const left =
    durationSeconds !== null && outTimeSeconds !== null
      ? Math.max(0, durationSeconds - outTimeSeconds)
      : null;
  return {
    // 100 is said only once the file is published: the index is still to be moved and everything to be checked.
    percent:
      durationSeconds !== null && durationSeconds > 0 && outTimeSeconds !== null
        ? Math.min(99, Math.floor((outTimeSeconds / durationSeconds) * 100))
        : null,
    fps: number("fps"),
    speed,
    etaSeconds: left !== null && speed !== null && speed > 0 ? Math.round(left / speed) : null,
    outTimeSeconds,
    bytes: number("total_size"),
  };
};
