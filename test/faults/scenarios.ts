/** The small libraries that faults are tried on: one film each, so that its points come in one order. */
import type { OriginalPolicy } from "../../src/core/settings.ts";
import type { ClipKind } from "../support/clips.ts";

export type Scenario = {
  readonly name: string;
  readonly original: OriginalPolicy;
  readonly films: Readonly<Record<string, ClipKind>>;
  /** Files of a person, by path in the library. */
  readonly others?: Readonly<Record<string, string>>;
  readonly hasNoLinks?: boolean;
  /** The archive is on another disk. */
  readonly isFar?: boolean;
  /** Results go into a folder of their own. */
  readonly hasOutput?: boolean;
  /** What was done before: converted, and then asked for once more; perhaps into another folder. */
  readonly earlier?: { readonly press: "reprocess" | null; readonly movesOutput?: boolean };
  /** What a person presses as soon as it has started. */
  readonly press?: { readonly kind: "restore" | "reprocess"; readonly path: string };
};

const FILM = "Film.mkv";
const SUBTITLED = { [FILM]: "subtitled" } as const;
const TWO = { [FILM]: "subtitled", "Other.mp4": "plays" } as const;
const HOUSEHOLD = {
  "a/Subtitled.mkv": "subtitled",
  "a/Sound.mkv": "sound",
  "b/Picture.avi": "picture",
  "b/Remux.mkv": "remux",
  "Plays.mp4": "plays",
} as const;
const RESTORED = { earlier: { press: null }, press: { kind: "restore", path: FILM } } as const;

export const SCENARIOS: readonly Scenario[] = [
  { name: "keep", original: "keep", films: SUBTITLED },
  { name: "archive", original: "archive", films: SUBTITLED },
  { name: "delete", original: "delete", films: SUBTITLED },
  { name: "keep-without-links", original: "keep", films: SUBTITLED, hasNoLinks: true },
  { name: "archive-without-links", original: "archive", films: SUBTITLED, hasNoLinks: true },
  { name: "archive-far", original: "archive", films: SUBTITLED, isFar: true },
  { name: "archive-far-without-links", original: "archive", films: SUBTITLED, isFar: true, hasNoLinks: true },
  {
    name: "names-taken",
    original: "archive",
    films: SUBTITLED,
    others: { "Film.mp4": "a film of somebody else", "Film.chromecast.en.srt": "their own lines" },
  },
  { name: "again", original: "keep", films: SUBTITLED, earlier: { press: "reprocess" } },
  { name: "again-archive", original: "archive", films: SUBTITLED, earlier: { press: "reprocess" } },
  {
    name: "again-elsewhere",
    original: "keep",
    films: SUBTITLED,
    earlier: { press: "reprocess", movesOutput: true },
  },
  { name: "restore", original: "archive", films: SUBTITLED, ...RESTORED },
  // With a film that plays: a library whose only film is taken away looks like a disk that is.
  { name: "restore-far", original: "archive", films: TWO, isFar: true, ...RESTORED },
  { name: "two-keep", original: "keep", films: TWO },
  { name: "two-archive", original: "archive", films: TWO },
  { name: "two-delete", original: "delete", films: TWO },
  { name: "two-archive-far", original: "archive", films: TWO, isFar: true },
  { name: "two-archive-without-links", original: "archive", films: TWO, hasNoLinks: true },
  { name: "two-output", original: "delete", films: TWO, hasOutput: true },
  { name: "two-encode", original: "archive", films: { [FILM]: "picture", "Other.mp4": "plays" } },
  { name: "encode", original: "archive", films: { "Film.avi": "picture" } },
  { name: "household-keep", original: "keep", films: HOUSEHOLD },
  { name: "household-archive", original: "archive", films: HOUSEHOLD },
  { name: "household-delete", original: "delete", films: HOUSEHOLD },
];

/** `delete` is only taken with a second word for it. */
export const operationalOf = ({ original }: Pick<Scenario, "original">) => ({
  encoder: "software",
  gpu_only: false,
  settle_seconds: 0,
  ...(original === "delete" ? { remove_original_after_success: true } : {}),
});
