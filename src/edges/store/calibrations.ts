/** How fast encoders were when they were measured: the last of each encoder and card. */
import { numberOf, textOf } from "./columns.ts";
import type { Database } from "./database.ts";

/** What was measured; another card, driver, ffmpeg or options, and it is measured anew. */
export type Measured = {
  /** ffmpeg's name of it. */
  readonly encoder: string;
  /** The card's UUID; empty of what is no NVIDIA card. */
  readonly device: string;
  /** Of the card or the processor, for people. */
  readonly name: string;
  readonly driver: string;
  readonly ffmpeg: string;
  readonly options: string;
  readonly decodesOnCard: boolean;
};

export type Calibration = Measured & {
  /** 1080p made 720p. */
  readonly framesPerSecond: number;
  /** Epoch ms. */
  readonly measuredAt: number;
};

export type Calibrations = {
  readonly put: (calibration: Calibration) => void;
  readonly all: () => readonly Calibration[];
};

/** The calibrations of `database`. */
export const calibrationsOf = (database: Database): Calibrations => ({
  put: ({ decodesOnCard, ...rest }) =>
    void database
      .sql(
        `INSERT OR REPLACE INTO calibrations
           (encoder, device, name, driver, ffmpeg, options, decodes_on_card, frames_per_second, measured_at)
         VALUES (:encoder, :device, :name, :driver, :ffmpeg, :options, :decodes, :framesPerSecond, :measuredAt)`,
      )
      .run({ ...rest, decodes: decodesOnCard ? 1 : 0 }),
  all: () =>
    database
      .sql("SELECT * FROM calibrations ORDER BY encoder, name, device")
      .all({})
      .map((row) => ({
        encoder: textOf(row, "encoder"),
        device: textOf(row, "device"),
        name: textOf(row, "name"),
        driver: textOf(row, "driver"),
        ffmpeg: textOf(row, "ffmpeg"),
        options: textOf(row, "options"),
        decodesOnCard: numberOf(row, "decodes_on_card") === 1,
        framesPerSecond: numberOf(row, "frames_per_second"),
        measuredAt: numberOf(row, "measured_at"),
      })),
});
