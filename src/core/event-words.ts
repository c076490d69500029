/** What each kind of event is called for a person, and under which topic it is found. */

export const TOPICS = ["converted", "trouble", "judged", "library", "work", "archive"] as const;
export type Topic = (typeof TOPICS)[number];

export const TOPIC_NAMES: Readonly<Record<Topic, string>> = {
  converted: "Converted",
  trouble: "Trouble",
  judged: "Looked at",
  library: "Found, changed, gone",
  work: "Work and queue",
  archive: "Archive and undo",
};

export type EventWords = {
  /** null: a kind that this program does not know. */
  readonly topic: Topic | null;
  readonly words: string;
  readonly tone: "good" | "bad" | "warn" | "plain";
};

/** By the `kind` of the events table. */
export const EVENT_WORDS: Readonly<Record<string, EventWords>> = {
  "published-kept": { topic: "converted", words: "Converted, original kept", tone: "good" },
  "published-moved": { topic: "converted", words: "Converted, original put away", tone: "good" },
  failed: { topic: "trouble", words: "Failed", tone: "bad" },
  interrupted: { topic: "trouble", words: "Stopped, will be tried again", tone: "warn" },
  "assessed-hopeless": { topic: "trouble", words: "Cannot be mended", tone: "bad" },
  "root-problem": { topic: "trouble", words: "The library cannot be looked at", tone: "bad" },
  "root-recovered": { topic: "trouble", words: "The library is there again", tone: "good" },
  "recovery-waits": { topic: "trouble", words: "The result waits to be put in its place", tone: "warn" },
  "output-lost": { topic: "trouble", words: "The converted film is not there any more", tone: "warn" },
  "earlier-file-stays": {
    topic: "trouble",
    words: "An earlier file of ours could not be removed",
    tone: "warn",
  },
  "backup-failed": { topic: "trouble", words: "The database could not be backed up", tone: "bad" },
  "doctor-problem": { topic: "trouble", words: "The daily check found something wrong", tone: "warn" },
  "doctor-fine": { topic: "trouble", words: "The daily check finds nothing wrong any more", tone: "good" },
  "delivery-given-up": { topic: "trouble", words: "Another program could not be told", tone: "warn" },
  "assessed-plays": { topic: "judged", words: "Plays as it is", tone: "good" },
  "assessed-needs-work": { topic: "judged", words: "Needs work", tone: "plain" },
  found: { topic: "library", words: "Found", tone: "plain" },
  moved: { topic: "library", words: "Moved or renamed", tone: "plain" },
  changed: { topic: "library", words: "To be looked at anew", tone: "plain" },
  gone: { topic: "library", words: "Gone from its folder", tone: "plain" },
  "output-moved": { topic: "library", words: "The converted film was moved", tone: "plain" },
  "pause-began": { topic: "work", words: "Rests", tone: "warn" },
  "pause-ended": { topic: "work", words: "Goes on", tone: "good" },
  claimed: { topic: "work", words: "Started", tone: "plain" },
  "all-done": { topic: "work", words: "All work is done", tone: "good" },
  reprocess: { topic: "work", words: "Asked for again", tone: "plain" },
  "kept-as-it-is": { topic: "work", words: "Kept as it is", tone: "plain" },
  restored: { topic: "archive", words: "Original brought back", tone: "plain" },
  "removal-announced": { topic: "archive", words: "Originals leave the archive in a day", tone: "warn" },
  "original-removed": { topic: "archive", words: "Original removed from the archive", tone: "plain" },
  "set-aside-removed": { topic: "archive", words: "Set-aside result removed", tone: "plain" },
};

/** The words for any kind; one of a newer program is shown as it is. */
export const eventWords = (kind: string): EventWords =>
  (Object.hasOwn(EVENT_WORDS, kind) ? EVENT_WORDS[kind] : undefined) ?? {
    topic: null,
    words: kind.replaceAll("-", " "),
    tone: "plain",
  };

/** The kinds of a topic. */
export const kindsOf = (topic: Topic): readonly string[] =>
  Object.entries(EVENT_WORDS).flatMap(([kind, each]) => (each.topic === topic ? [kind] : []));
