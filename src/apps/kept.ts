/** What this program keeps besides films, how much of it, and what bounds it. */
import { DELIVERY_MAX_AGE_MS } from "../core/delivery.ts";
import { MEGABYTE } from "../core/settings-logging.ts";
import type { KeptLog } from "../edges/kept-log.ts";
import { PICTURES_MAX_BYTES } from "../edges/picture-cache.ts";
import type { Control } from "./control.ts";
import type { SystemFacts } from "./system-facts.ts";
import { THUMBNAILS_MAX_BYTES } from "./thumbnails.ts";

export const KEPT_KINDS = [
  "database",
  "history",
  "attempts",
  "probes",
  "messages",
  "log",
  "backups",
  "pictures",
  "thumbnails",
  "archive",
] as const;
export type KeptKind = (typeof KEPT_KINDS)[number];

export type Kept = {
  readonly what: KeptKind;
  /** Rows or files; null where that says nothing. */
  readonly count: number | null;
  /** null: not known. Of rows in the database about. */
  readonly bytes: number | null;
  readonly limitBytes: number | null;
  readonly limitDays: number | null;
  /** Epoch ms. */
  readonly oldestAt: number | null;
  /** The key of the settings that bounds it. */
  readonly setting: string | null;
};

type Asked = {
  readonly control: Pick<Control, "settings" | "store" | "pictures">;
  readonly said: KeptLog;
  readonly database: SystemFacts["database"];
};

const DAY_MS = 86_400_000;

const NOTHING = {
  count: null,
  bytes: null,
  limitBytes: null,
  limitDays: null,
  oldestAt: null,
  setting: null,
};

const inDatabase = ({ control: { settings, store }, database }: Asked): readonly Kept[] => {
  const { retention_days, history_days, attempts_max_size_mb } = settings.logging;
  const [events, jobs, probes] = [store.events.amount(), store.jobs.amount(), store.probes.amount()];
  return [
    {
      ...NOTHING,
      what: "database",
      bytes: database.sizeBytes,
      count: store.assets.counts().total,
    },
    {
      ...NOTHING,
      what: "history",
      count: events.rows,
      bytes: events.bytes,
      oldestAt: events.oldestAt,
      limitDays: Math.max(history_days, retention_days),
      setting: "logging.history_days",
    },
    {
      what: "attempts",
      count: jobs.rows,
      bytes: jobs.bytes,
      oldestAt: jobs.oldestAt,
      limitDays: retention_days,
      limitBytes: attempts_max_size_mb * MEGABYTE,
      setting: "logging.attempts_max_size_mb",
    },
    { ...NOTHING, what: "probes", count: probes.rows, bytes: probes.bytes },
    {
      ...NOTHING,
      what: "messages",
      count: store.deliveries.targets().reduce((sum, each) => sum + each.waiting, 0),
      limitDays: DELIVERY_MAX_AGE_MS / DAY_MS,
    },
  ];
};

const logOf = (said: KeptLog): Kept => {
  const { sizeBytes, maxBytes, days, oldestAt } = said.facts();
  return {
    what: "log",
    count: null,
    bytes: sizeBytes,
    limitBytes: maxBytes,
    limitDays: days,
    oldestAt,
    setting: "logging.max_size_mb",
  };
};

/** All of it, whether there is any or not. */
export const keptOf = async (asked: Asked): Promise<readonly Kept[]> => {
  const { control, said, database } = asked;
  const { backups } = database;
  const { settings, store } = control;
  const pictures = await control.pictures.kept();
  const { original, result } = store.archive.totals();
  const [oldest] = store.archive.page({ limit: 1 }).files;
  return [
    ...inDatabase(asked),
    logOf(said),
    {
      ...NOTHING,
      what: "backups",
      count: backups.length,
      bytes: backups.reduce((sum, each) => sum + each.sizeBytes, 0),
      oldestAt: backups.at(-1)?.madeAt ?? null,
      limitDays: settings.operational.database_backup_days,
      setting: "operational.database_backup_days",
    },
    { ...NOTHING, what: "pictures", ...pictures, limitBytes: PICTURES_MAX_BYTES },
    { ...NOTHING, what: "thumbnails", limitBytes: THUMBNAILS_MAX_BYTES },
    {
      ...NOTHING,
      what: "archive",
      count: original.files + result.files,
      bytes: original.bytes + result.bytes,
      oldestAt: oldest?.since ?? null,
      limitDays: settings.operational.archive_retention_days || null,
      setting: "operational.archive_retention_days",
    },
  ];
};
