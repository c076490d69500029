/**
 * What a notifier can tell. The names are a contract (settings, webhooks); each is made of kinds of the history's events.
 * Told by default is what needs a person.
 */
import { isProblemCode, type ProblemCode } from "./problem.ts";

type Row = {
  /** In the form of the settings. */
  readonly label: string;
  readonly tone: "good" | "bad" | "warn" | "plain";
  readonly isDefault: boolean;
};

export const NOTICES = {
  failed: { label: "A film failed for good", tone: "bad", isDefault: true },
  "needs-you": { label: "Something waits for you", tone: "warn", isDefault: true },
  "folder-away": { label: "A library's folder is away", tone: "bad", isDefault: true },
  "folder-back": { label: "It is there again", tone: "good", isDefault: true },
  "disk-full": { label: "A disk is full", tone: "bad", isDefault: true },
  "no-encoder": { label: "The graphics card or ffmpeg is gone", tone: "bad", isDefault: true },
  breaker: { label: "Work stopped after failures of one kind", tone: "bad", isDefault: true },
  "removal-announced": {
    label: "Originals will leave the archive in a day",
    tone: "warn",
    isDefault: true,
  },
  "backup-failed": { label: "The database could not be backed up", tone: "bad", isDefault: true },
  doctor: { label: "The daily check found something wrong", tone: "warn", isDefault: true },
  "not-told": { label: "Another program could not be told something", tone: "warn", isDefault: true },
  hopeless: { label: "A film cannot be mended", tone: "warn", isDefault: false },
  converted: { label: "A film was converted", tone: "good", isDefault: false },
  "all-done": { label: "All work is done", tone: "good", isDefault: false },
  paused: { label: "Work pauses", tone: "plain", isDefault: false },
  resumed: { label: "Work goes on", tone: "plain", isDefault: false },
  digest: { label: "A summary each day", tone: "plain", isDefault: false },
} as const satisfies Record<string, Row>;

export type NoticeName = keyof typeof NOTICES;
export const NOTICE_NAMES = Object.keys(NOTICES) as readonly NoticeName[];
export const DEFAULT_NOTICES = NOTICE_NAMES.filter((name) => NOTICES[name].isDefault);

/** By the kind of the event. */
const OF_KIND: Readonly<Record<string, NoticeName>> = {
  failed: "failed",
  "recovery-waits": "needs-you",
  "earlier-file-stays": "needs-you",
  "root-problem": "folder-away",
  "root-recovered": "folder-back",
  "removal-announced": "removal-announced",
  "backup-failed": "backup-failed",
  "doctor-problem": "doctor",
  "delivery-given-up": "not-told",
  "assessed-hopeless": "hopeless",
  "published-kept": "converted",
  "published-moved": "converted",
  "all-done": "all-done",
  "pause-began": "paused",
  "pause-ended": "resumed",
};

/** A pause that a person has to end, by its problem. */
const OF_PAUSE: Readonly<Record<string, NoticeName>> = {
  "disk-full": "disk-full",
  "disk-over-limit": "disk-full",
  "no-room": "disk-full",
  "failing-alike": "breaker",
  "card-lost": "no-encoder",
  "encoder-unavailable": "no-encoder",
  "ffmpeg-missing": "no-encoder",
};

export const NOTICE_KINDS = Object.keys(OF_KIND);

/** An event of the history, as far as it is told. */
export type Told = {
  readonly kind: string;
  readonly path: string;
  readonly assetId: number | null;
  readonly data: unknown;
};

export const textIn = (data: unknown, key: string): string | null => {
  const value = typeof data === "object" && data !== null ? Reflect.get(data, key) : null;
  return typeof value === "string" && value !== "" ? value : null;
};

export const countIn = (data: unknown): number => {
  const value = typeof data === "object" && data !== null ? Reflect.get(data, "count") : null;
  return typeof value === "number" && value > 0 ? value : 1;
};

export const problemIn = (data: unknown): ProblemCode | null => {
  const code = textIn(data, "problem");
  return code !== null && isProblemCode(code) ? code : null;
};

/** Under which name an event is told; null: it is not. What a person stopped is known to that person. */
export const noticeOf = ({ kind, data }: Told): NoticeName | null => {
  const problem = textIn(data, "problem") ?? "";
  if (kind === "failed" && problem === "cancelled") return null;
  const name = Object.hasOwn(OF_KIND, kind) ? OF_KIND[kind] : undefined;
  if (name === "paused" && Object.hasOwn(OF_PAUSE, problem)) return OF_PAUSE[problem] ?? null;
  return name ?? null;
};
