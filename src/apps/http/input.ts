/** What a request says, read once at the border. */
import { z } from "zod";
import { STATES } from "../../core/lifecycle.ts";
import { CHANNEL_KINDS, HDR_KINDS, RESOLUTIONS, SUBTITLE_KINDS } from "../../core/media-kind.ts";
import { PROBLEM_CODES, Problem } from "../../core/problem.ts";
import { HOLDERS } from "../../core/queue-hold.ts";
import { WORKS } from "../../core/work.ts";
import { VERDICTS } from "../../edges/store/asset-kinds.ts";
import { ASSET_SORTS, type AssetQuery, usualOrder } from "../../edges/store/asset-page.ts";
import type { AssetFilter } from "../../edges/store/asset-select.ts";
import { WHERES } from "../../edges/store/queue.ts";
import { BULK_ACTIONS } from "../bulk.ts";
import type { RestoreFilter } from "../control.ts";
import { LANE_NAMES } from "../pauses.ts";

/** The value by the schema. Throws Problem `usage-invalid` that names each wrong field. */
export const parseInput = <T extends z.ZodType>(schema: T, value: unknown): z.output<T> => {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((each) => `${each.path.join(".") || "request"}: ${each.message}`);
  throw new Problem("usage-invalid", lines.join("; "));
};

/** A form sends a field that was left empty as an empty text, which means that it was not given. */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const problemCode = z.enum(PROBLEM_CODES, { error: "is not a problem code" });

const isUndefined = (value: unknown): boolean => value === undefined;

const positive = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

export const idSchema = z.object({ id: positive });

/** What lists are filtered by. */
const filterFields = {
  state: z.enum(STATES),
  verdict: z.enum(VERDICTS),
  library: z.string().max(200),
  work: z.enum(WORKS),
  reason: z.string().max(100),
  problem: problemCode,
  codec: z.string().max(40),
  resolution: z.enum([...RESOLUTIONS, "none"]),
  hdr: z.enum(["hdr", ...HDR_KINDS]),
  audio: z.string().max(40),
  channels: z.enum(CHANNEL_KINDS),
  subtitles: z.enum(SUBTITLE_KINDS),
  container: z.string().max(40),
  q: z.string().max(500),
  show: z.string().max(500),
  season: z.coerce.number().int().min(0).max(9999),
} as const;

/** As addresses and forms have them, where an empty field is none. */
const optionalFilter = {
  state: optional(filterFields.state),
  verdict: optional(filterFields.verdict),
  library: optional(filterFields.library),
  work: optional(filterFields.work),
  reason: optional(filterFields.reason),
  problem: optional(filterFields.problem),
  codec: optional(filterFields.codec),
  resolution: optional(filterFields.resolution),
  hdr: optional(filterFields.hdr),
  audio: optional(filterFields.audio),
  channels: optional(filterFields.channels),
  subtitles: optional(filterFields.subtitles),
  container: optional(filterFields.container),
  q: optional(filterFields.q),
  show: optional(filterFields.show),
  season: optional(filterFields.season),
} as const;

export const FILTERS = Object.keys(filterFields) as (keyof typeof filterFields)[];
/** A film and the place of a subtitle file in its list. */
export const trackSchema = idSchema.extend({ track: z.coerce.number().int().nonnegative().max(10_000) });

export const assetQuerySchema = z.object({
  ...optionalFilter,
  sort: optional(z.enum(ASSET_SORTS)),
  order: optional(z.enum(["asc", "desc"])),
  cursor: optional(z.string().max(20_000)),
  limit: optional(positive.max(200)),
});

/** The page's list may also be of shows. */
export const libraryQuerySchema = assetQuerySchema.extend({ group: optional(z.enum(["show"])) });
export type LibraryInput = z.output<typeof libraryQuerySchema>;
export type AssetListInput = z.output<typeof assetQuerySchema>;

export const pageSchema = assetQuerySchema.pick({ cursor: true, limit: true });

const filterOf = assetQuerySchema.pick({ library: true, work: true, reason: true, problem: true, q: true });

/** Which archived originals: those that match, or all, which has to be said. */
export const restoreSchema = z
  .strictObject({ ...filterOf.shape, all: z.literal(["true", true]).optional() })
  .refine(({ all, ...filter }) => (all === undefined) !== Object.values(filter).every(isUndefined), {
    error: "give a filter, or all: true",
  })
  .transform(({ all: _, ...filter }) => filter);

const IDS_MAX = 1000;
const ids = z.array(z.number().int().positive().max(Number.MAX_SAFE_INTEGER)).min(1).max(IDS_MAX);

const bulkFilter = z
  .strictObject({ ...filterFields, q: z.string().min(1).max(500), ids })
  .partial()
  .refine((filter) => Object.values(filter).some((each) => each !== undefined), "names nothing");

/** A filter that finds every film is none: it was left out by mistake. */
export const bulkSchema = z.strictObject({
  action: z.enum(BULK_ACTIONS),
  filter: bulkFilter,
  dryRun: z.boolean().default(false),
});

const oneOrMany = z.preprocess(
  (value) => (value === undefined || Array.isArray(value) ? value : [value]),
  z.array(positive).min(1).max(IDS_MAX).optional(),
);

/** The same as forms send it, where a page of all films means all films. */
export const bulkFormSchema = z.object({
  ...optionalFilter,
  action: z.enum(BULK_ACTIONS),
  ids: oneOrMany,
  /** Films that were counted when it was confirmed. */
  confirmed: optional(z.coerce.number().int().min(0)),
});

/** What such a form chose. */
export const toBulkFilter = (input: z.output<typeof bulkFormSchema>): AssetFilter => {
  const { action: _, confirmed: __, ...filter } = input;
  return given(filter);
};

/** A filter without what was not given. */
export const toFilter = (filter: z.output<typeof bulkSchema>["filter"]): AssetFilter => given(filter);

export const scanSchema = z.object({ library: optional(z.string().max(200)) });

export const prioritySchema = z.strictObject({ where: z.enum(WHERES) });

export const holdSchema = z.strictObject({
  reason: optional(z.string().max(200)),
  by: z.enum(HOLDERS).optional(),
});

export const queueQuerySchema = pageSchema.extend({ lane: optional(z.enum(LANE_NAMES)) });

const given = (input: object) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

/** The list's input without what was not given. */
export const toAssetQuery = (input: AssetListInput, limit: number): AssetQuery => {
  const { order, ...query } = input;
  const isReversed = order !== undefined && order !== usualOrder(input.sort ?? "path");
  return { limit, ...given(query), isReversed };
};

/** What may be asked of the archive, without what was not given. */
export const toRestoreFilter = (input: z.output<typeof restoreSchema>): RestoreFilter => given(input);
