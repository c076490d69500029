/** What a request says, read once at the border. */
import { z } from "zod";
import { STATES } from "../../core/lifecycle.ts";
import { PROBLEM_CODES, Problem } from "../../core/problem.ts";
import { HOLDERS } from "../../core/queue-hold.ts";
import { WORKS } from "../../core/work.ts";
import { ASSET_SORTS, type AssetFilter, type AssetQuery } from "../../edges/store/asset-page.ts";
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

export const assetQuerySchema = z.object({
  state: optional(z.enum(STATES)),
  library: optional(z.string().max(200)),
  work: optional(z.enum(WORKS)),
  reason: optional(z.string().max(100)),
  problem: optional(problemCode),
  q: optional(z.string().max(500)),
  sort: optional(z.enum(ASSET_SORTS)),
  cursor: optional(z.string().max(20_000)),
  limit: optional(positive.max(200)),
});
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

/** A filter that finds every film is none: it was left out by mistake. */
export const bulkSchema = z.strictObject({
  action: z.enum(BULK_ACTIONS),
  filter: z
    .strictObject({
      state: z.enum(STATES).optional(),
      library: z.string().max(200).optional(),
      work: z.enum(WORKS).optional(),
      reason: z.string().max(100).optional(),
      problem: problemCode.optional(),
      q: z.string().min(1).max(500).optional(),
    })
    .refine((filter) => Object.values(filter).some((each) => each !== undefined), "names nothing"),
  dryRun: z.boolean().default(false),
});

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
export const toAssetQuery = (input: AssetListInput, limit: number): AssetQuery => ({
  limit,
  ...given(input),
});

/** What may be asked of the archive, without what was not given. */
export const toRestoreFilter = (input: z.output<typeof restoreSchema>): RestoreFilter => given(input);
