/** What the checks of a finished file are made of: one check, and what was read of the source and of the result. */
import type { MediaInfo } from "./media-info.ts";
import type { Packet, Shown } from "./packets.ts";
import type { Wish } from "./plan.ts";

export type Check = {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
  /** It passed, but a person should see it. Jobs of earlier versions have no such word. */
  readonly warns?: true;
};

/** What was read of the source's picture; `packets` only when headers left a doubt (it costs reading the whole film). */
export type SourceFacts = {
  readonly media: MediaInfo;
  /** ffmpeg complained of damage while it read the film. */
  readonly isDamaged: boolean;
  readonly packets: {
    /** Of a copy every packet; of an encode those that are shown, as an edit list may hide some. */
    readonly count: number;
    readonly shown: Shown;
    /** The longest time between two pictures. */
    readonly longestStepSeconds: number;
    /** How far the ends of its sound and its picture are apart; null without sound. */
    readonly soundGapSeconds: number | null;
  } | null;
};

export type OutputFacts = {
  readonly media: MediaInfo;
  readonly video: readonly Packet[];
  /** Where the first sound ends; null when there is none. */
  readonly soundEndSeconds: number | null;
  /** The level that its `avcC` box names (41 is 4.1), where players look before they look at the stream; null without one. */
  readonly boxLevel: number | null;
  /** What a strict decoder complained about; empty when it read all it was given. */
  readonly decodeErrors: string;
  /** Whether the streams that were copied are those of the source, byte for byte, and how much of them was compared. */
  readonly copies: { readonly areSame: boolean; readonly detail: string };
};

/** What the file was made for, and by what kind of encoder. */
export type Aim = {
  readonly wish: Wish;
  readonly isHardware: boolean;
};

/** Checks as they are kept with a job, from JSON; what does not look like one is left out. */
export const checksFrom = (json: unknown): readonly Check[] =>
  (Array.isArray(json) ? (json as readonly unknown[]) : []).flatMap((each) => {
    if (typeof each !== "object" || each === null || !("name" in each) || !("passed" in each)) return [];
    const detail = "detail" in each && typeof each.detail === "string" ? each.detail : "";
    const warns = "warns" in each && each.warns === true ? { warns: true as const } : {};
    return [{ name: String(each.name), passed: each.passed === true, detail, ...warns }];
  });
