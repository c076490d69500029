/** What is told, in words: many events of one name are one message. Titles, never paths or what a problem says of them. */
import { eventWords } from "./event-words.ts";
import { filmTitle } from "./film-name.ts";
import { counted, visibleText } from "./human-text.ts";
import { countIn, NOTICES, type NoticeName, noticeOf, problemIn, type Told, textIn } from "./notices.ts";
import { PROBLEMS, type ProblemCode } from "./problem.ts";

/** One of those that happened. */
type Item = {
  readonly what: string;
  readonly assetId: number | null;
  readonly library: string | null;
  readonly problem: ProblemCode | null;
  /** What else is said of it. */
  readonly said: string | null;
};

/** What waits to be told under one name. */
export type Gathered = {
  readonly name: NoticeName;
  readonly count: number;
  /** The first of them. */
  readonly items: readonly Item[];
  /** null where they have different ones. */
  readonly problem: ProblemCode | null;
  /** Of the first event, epoch ms. */
  readonly since: number;
};

export type Message = {
  readonly name: NoticeName | "test";
  readonly tone: "good" | "bad" | "warn" | "plain";
  readonly title: string;
  readonly lines: readonly string[];
  /** Epoch ms. */
  readonly at: number;
  readonly count: number;
  readonly items: readonly Item[];
};

const ITEMS_TOLD = 3;
const NAME_MAX = 120;

/** Names are made by anybody: one line, no longer than a title. */
export const shortName = (text: string): string => {
  const shown = visibleText(text.replaceAll(/\s+/g, " ").trim());
  return shown.length > NAME_MAX ? `${shown.slice(0, NAME_MAX - 1)}…` : shown;
};

const itemOf = (name: NoticeName, event: Told): Item => {
  const { data, path, assetId, kind } = event;
  const library = textIn(data, "library");
  const isOfFilm = assetId !== null;
  return {
    what: shortName(isOfFilm ? filmTitle(path) : (library ?? textIn(data, "what") ?? path)),
    assetId,
    library,
    problem: problemIn(data),
    said:
      name === "needs-you" ? eventWords(kind).words : textIn(data, name === "resumed" ? "reason" : "said"),
  };
};

/** Those that waited and one more event; null: that event is not told. */
export const gather = (before: Gathered | null, event: Told & { readonly at: number }): Gathered | null => {
  const name = noticeOf(event);
  if (name === null) return null;
  const item = itemOf(name, event);
  const count = countIn(event.data);
  if (before === null) return { name, count, items: [item], problem: item.problem, since: event.at };
  return {
    ...before,
    count: before.count + count,
    items: before.items.length < ITEMS_TOLD ? [...before.items, item] : before.items,
    problem: before.problem === item.problem ? before.problem : null,
  };
};

type Words = {
  readonly one: (item: Item) => string;
  readonly many: (count: number) => string;
};

const films = (count: number): string => counted(count, "film");

const WORDS: Readonly<Record<NoticeName, Words>> = {
  failed: {
    one: ({ what }) => `${what} could not be converted`,
    many: (count) => `${films(count)} could not be converted`,
  },
  "needs-you": {
    one: ({ what }) => `${what} waits for you`,
    many: (count) => `${films(count)} wait for you`,
  },
  "folder-away": {
    one: ({ what }) => `The library ${what} cannot be looked at`,
    many: (count) => `${count} times a library could not be looked at`,
  },
  "folder-back": {
    one: ({ what }) => `The library ${what} is there again`,
    many: () => "The libraries are there again",
  },
  "disk-full": { one: () => "A disk is full", many: () => "Disks are full" },
  "no-encoder": { one: () => "Nothing can be encoded now", many: () => "Nothing can be encoded now" },
  breaker: {
    one: () => "Work stopped: films fail for the same reason",
    many: () => "Work stopped: films fail for the same reasons",
  },
  "removal-announced": {
    one: () => "An original leaves the archive tomorrow",
    many: (count) => `${count} originals leave the archive tomorrow`,
  },
  "backup-failed": {
    one: () => "The database could not be backed up",
    many: () => "The database could not be backed up",
  },
  doctor: {
    one: () => "The daily check found something wrong",
    many: () => "The daily check found something wrong",
  },
  "not-told": {
    one: ({ what }) => `${what} could not be told something`,
    many: (count) => `${count} messages to other programs were given up`,
  },
  hopeless: {
    one: ({ what }) => `${what} cannot be mended`,
    many: (count) => `${films(count)} cannot be mended`,
  },
  converted: { one: ({ what }) => `${what} plays now`, many: (count) => `${films(count)} play now` },
  "all-done": { one: () => "All work is done", many: () => "All work is done" },
  paused: { one: () => "Work pauses", many: () => "Work pauses" },
  resumed: { one: () => "Work goes on", many: () => "Work goes on" },
  digest: { one: () => "What was done today", many: () => "What was done today" },
};

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const lineOf = ({ what, problem, said }: Item, isAlone: boolean): string => {
  const why = said ?? (problem === null ? null : PROBLEMS[problem].title);
  if (isAlone) return why === null ? "" : sentence(why);
  return why === null ? what : `${what}: ${sentence(why)}`;
};

/** The message for what was gathered. */
export const messageOf = ({ name, count, items, problem, since }: Gathered): Message => {
  const [first] = items;
  const isAlone = count === 1 && first !== undefined;
  const { one, many } = WORDS[name];
  const more = count - items.length;
  const isOfFilms = items.some((each) => each.assetId !== null);
  return {
    name,
    tone: NOTICES[name].tone,
    title: isAlone ? one(first) : many(count),
    lines: [
      ...new Set(items.map((each) => lineOf(each, isAlone))),
      more > 0 && isOfFilms ? `… and ${more} more.` : "",
      problem === null ? "" : PROBLEMS[problem].hint,
    ].filter((line) => line !== ""),
    at: since,
    count,
    items,
  };
};

/** The message of the test button. */
export const testMessage = (at: number): Message => ({
  name: "test",
  tone: "plain",
  title: "This is a test",
  lines: ["Messages of Chromecast Video Converter arrive here."],
  at,
  count: 1,
  items: [],
});
