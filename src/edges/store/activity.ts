/** What happened to all films, newest first: keyset pages of events with the films they are of. */
import type { SQLInputValue } from "node:sqlite";
import { STATES, type State } from "../../core/lifecycle.ts";
import { numberOf, numberOrNull, textOrNull, wordOrNull } from "./columns.ts";
import type { Database, Row } from "./database.ts";
import { type StoredEvent, toEvent } from "./events.ts";

export type ActivityFilter = {
  /** Any of these kinds; without it all. */
  readonly kinds?: readonly string[];
  readonly library?: string;
  /** Part of the path, in any (ASCII) case. */
  readonly q?: string;
  /** Epoch ms, this one included. */
  readonly from?: number;
  /** Epoch ms, this one not included. */
  readonly to?: number;
};

export type ActivityQuery = ActivityFilter & {
  /** `next` of the page before. One that this program did not make gives the first page. */
  readonly cursor?: string;
  readonly limit: number;
};

export type Happening = StoredEvent & {
  readonly library: string | null;
  /** As it stands now; null once it is gone. */
  readonly film: {
    readonly id: number;
    readonly state: State | null;
    readonly sizeBytes: number;
    readonly resultBytes: number | null;
  } | null;
};

export type ActivityPage = {
  readonly events: readonly Happening[];
  /** Where it goes on; null at the end. */
  readonly next: string | null;
  /** Epoch ms: how far back was looked when that was not to the end and found no full page; else null. */
  readonly lookedBackTo: number | null;
};

export type Activity = {
  /** At most 500 events. A search looks through a bounded number of them; its next page looks further. */
  readonly page: (query: ActivityQuery) => ActivityPage;
};

const LIMIT_MAX = 500;
/** How many events one page looks through for a text or a library, in growing steps; some 100 ms at the most. */
const LOOKS = [1_000, 9_000, 40_000] as const;

/** A place in the order: newest first, the id decides within a millisecond. */
type Place = { readonly at: number; readonly id: number };

const isBefore = (a: Place, b: Place): boolean => a.at < b.at || (a.at === b.at && a.id < b.id);

const readCursor = (text: string | undefined): Place | null => {
  const [, at, id] = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? "") ?? [];
  return at === undefined ? null : { at: Number(at), id: Number(id) };
};

/** The film's own first: its library may have another name by now. */
const LIBRARY = "coalesce(a.library, json_extract(e.data, '$.library'))";

type Sql = { readonly where: string; readonly parameters: Record<string, SQLInputValue> };

/** What the indexes answer: kind, time and place. */
const indexed = ({ from, to }: ActivityFilter, kind: string | null, after: Place | null): Sql => {
  const parts = [
    ...(kind === null ? [] : ["kind = :kind"]),
    ...(from === undefined ? [] : ["at >= :from"]),
    ...(to === undefined ? [] : ["at < :to"]),
    ...(after === null ? [] : ["at <= :at", "(at < :at OR id < :id)"]),
  ];
  return {
    where: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`,
    parameters: {
      ...(kind === null ? {} : { kind }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(after === null ? {} : { at: after.at, id: after.id }),
    },
  };
};

/** What only the rows themselves answer. */
const searched = ({ library, q }: ActivityFilter): Sql => {
  const parts = [
    ...(library === undefined ? [] : [`${LIBRARY} = :library`]),
    ...(q === undefined || q === "" ? [] : ["e.path LIKE :q ESCAPE '\\'"]),
  ];
  return {
    where: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`,
    parameters: {
      ...(library === undefined ? {} : { library }),
      ...(q === undefined || q === "" ? {} : { q: `%${q.replaceAll(/[\\%_]/g, "\\$&")}%` }),
    },
  };
};

const toHappening = (row: Row): Happening => {
  const id = numberOrNull(row, "film_id");
  return {
    ...toEvent(row),
    library: textOrNull(row, "library"),
    film:
      id === null
        ? null
        : {
            id,
            state: wordOrNull(row, "film_state", STATES),
            sizeBytes: numberOf(row, "film_bytes"),
            resultBytes: numberOrNull(row, "film_result_bytes"),
          },
  };
};

/** Some events in their order, and the place beyond which nothing is known of others; null: there are none. */
type Found = { readonly events: readonly Happening[]; readonly end: Place | null };

/** Looks at the next `look` events of a kind and keeps those that match, at most `limit`. */
const lookOnce = (
  database: Database,
  query: ActivityQuery,
  {
    kind,
    after,
    look,
  }: { readonly kind: string | null; readonly after: Place | null; readonly look: number },
): Found => {
  const inner = indexed(query, kind, after);
  const outer = searched(query);
  const events = database
    .sql(
      `SELECT e.*, ${LIBRARY} AS library, a.id AS film_id, a.state AS film_state, a.size_bytes AS film_bytes,
         a.result_bytes AS film_result_bytes
       FROM (SELECT * FROM events ${inner.where} ORDER BY at DESC, id DESC LIMIT :look) AS e
         LEFT JOIN assets AS a ON a.id = e.asset_id
       ${outer.where} ORDER BY e.at DESC, e.id DESC LIMIT :limit`,
    )
    .all({ ...inner.parameters, ...outer.parameters, look, limit: query.limit })
    .map(toHappening);
  const last = events.at(-1);
  if (last && events.length === query.limit) return { events, end: last };
  const edge = database
    .sql(`SELECT at, id FROM events ${inner.where} ORDER BY at DESC, id DESC LIMIT 1 OFFSET :skip`)
    .get({ ...inner.parameters, skip: look - 1 });
  return { events, end: edge ? { at: numberOf(edge, "at"), id: numberOf(edge, "id") } : null };
};

const lookThrough = (database: Database, query: ActivityQuery, kind: string | null): Found => {
  const isSearch = searched(query).where !== "";
  const events: Happening[] = [];
  let end = readCursor(query.cursor);
  for (const look of isSearch ? LOOKS : [query.limit]) {
    const wanted = { ...query, limit: query.limit - events.length };
    const found = lookOnce(database, wanted, { kind, after: end, look });
    events.push(...found.events);
    end = found.end;
    if (end === null || events.length === query.limit) break;
  }
  return { events, end };
};

const pageOf = (database: Database, { limit, ...filter }: ActivityQuery): ActivityPage => {
  const size = Math.max(1, Math.min(LIMIT_MAX, Math.floor(limit)));
  // One more than is shown says whether there are more.
  const query = { ...filter, limit: size + 1 };
  const found = (filter.kinds ?? [null]).map((kind) => lookThrough(database, query, kind));
  // Beyond the newest end some kind was not looked at, so that its events could be missing in between.
  const end = found.reduce<Place | null>(
    (newest, each) =>
      each.end !== null && (newest === null || isBefore(newest, each.end)) ? each.end : newest,
    null,
  );
  const known = found
    .flatMap((each) => each.events)
    .filter((each) => end === null || !isBefore(each, end))
    .toSorted((a, b) => (isBefore(a, b) ? 1 : -1));
  const events = known.slice(0, size);
  const last = known.length > size ? (events.at(-1) ?? null) : end;
  return {
    events,
    next: last === null ? null : `${last.at}-${last.id}`,
    lookedBackTo: last !== null && events.length < size ? last.at : null,
  };
};

/** The activity of `database`. */
export const activityOf = (database: Database): Activity => ({ page: (query) => pageOf(database, query) });
