/** What is known of a job only while it runs: its command, the end of what ffmpeg said, its pace. Bounded. */
import type { Progress } from "../core/ffmpeg-progress.ts";
import { addToPace, NO_PACE, type Pace, type PacePoint } from "../core/pace.ts";

export type JobLog = {
  /** The exact argument list that runs, `ffmpeg` first. */
  readonly command: readonly string[];
  /** The end of what ffmpeg wrote to standard error; text of others. */
  readonly text: string;
  readonly pace: readonly PacePoint[];
};

export type JobWatch = {
  /** A run of ffmpeg for an asset begins: the one before, if any, is forgotten. */
  readonly begin: (assetId: number, command: readonly string[]) => void;
  readonly say: (assetId: number, text: string) => void;
  readonly progress: (assetId: number, progress: Progress) => void;
  /** null: none runs. */
  readonly of: (assetId: number) => JobLog | null;
  readonly end: (assetId: number) => void;
  /** Celsius, of the card that a film is encoded on, or of the hottest; null where none encodes or says it. */
  readonly degrees: (assetId?: number) => number | null;
};

/** Characters of a log that a page shows. */
const TEXT_MAX = 16_384;

type Watched = {
  readonly command: readonly string[];
  readonly startedAt: number;
  text: string;
  pace: Pace;
};

/** A watch over the jobs of one orchestrator. `now` in ms; `degrees` of the graphics card, where one encodes. */
export const createJobWatch = (now: () => number, degrees: JobWatch["degrees"] = () => null): JobWatch => {
  const jobs = new Map<number, Watched>();
  return {
    begin: (assetId, command) => {
      jobs.set(assetId, { command, startedAt: now(), text: "", pace: NO_PACE });
    },
    say: (assetId, text) => {
      const job = jobs.get(assetId);
      if (job) job.text = (job.text + text).slice(-TEXT_MAX);
    },
    progress: (assetId, progress) => {
      const job = jobs.get(assetId);
      if (job) job.pace = addToPace(job.pace, (now() - job.startedAt) / 1000, progress, degrees(assetId));
    },
    of: (assetId) => {
      const job = jobs.get(assetId);
      return job ? { command: job.command, text: job.text, pace: job.pace.points } : null;
    },
    end: (assetId) => void jobs.delete(assetId),
    degrees,
  };
};
