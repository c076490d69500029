/**
 * Every setting as a person meets it. `*` in a key stands for the name of a library, a profile or a device. A test compares
 * the keys with the schema and the documents.
 */
import type { QueueOrder } from "./queue-order.ts";
import { choice, fieldsOf, number, type SettingField, SWITCH } from "./setting-field.ts";
import { SERVER_ROWS } from "./settings-fields-access.ts";
import { GUARDRAIL_FIELDS } from "./settings-fields-guardrails.ts";
import { DEVICE_FIELDS, LIBRARY_FIELDS, PROFILE_FIELDS } from "./settings-fields-named.ts";
import { NOTIFIER_FIELDS } from "./settings-fields-notifiers.ts";
import { RECORD_FIELDS } from "./settings-fields-records.ts";
import { SERVER_FIELDS } from "./settings-fields-servers.ts";
import type { EncoderChoice } from "./settings-operational.ts";

const ENCODER_LABELS: Readonly<Record<EncoderChoice, string>> = {
  auto: "the first that works",
  nvenc: "NVIDIA (nvenc)",
  qsv: "Intel Quick Sync (qsv)",
  vaapi: "VAAPI",
  videotoolbox: "Apple (videotoolbox)",
  software: "the processor (software)",
};

const ORDER_LABELS: Readonly<Record<QueueOrder, string>> = {
  quick: "least work first",
  newest: "newest film first",
  priority: "library by library, as listed",
};

const OPERATIONAL = [
  ...fieldsOf("work", "operational.", {
    encoder: {
      label: "Pictures are encoded by",
      help: "Each is tried with a real encode before it is used.",
      kind: choice(ENCODER_LABELS),
    },
    gpu_only: {
      label: "Encode only on a graphics card",
      help: "Encodes wait until one works; fixes that take seconds do not. Off: the processor does it when no card works.",
      kind: SWITCH,
    },
    order: {
      label: "Films are begun in this order",
      help: "What you move in the queue goes first all the same. Of films that wait for a week, every fifth place is for the one that waits longest.",
      kind: choice(ORDER_LABELS),
    },
    max_concurrent_jobs: {
      label: "Encodes at a time",
      help: "More than one helps only with a fast card or many cores.",
      kind: number(1, 32),
    },
    parallel_parts: {
      label: "Parts of one film at a time",
      help: "0: every film is encoded in one piece. 2 or more: a long film is cut, and so many parts of it are encoded at once; for a card with several encoders, or many cores. While parts are joined the result takes twice its room.",
      kind: number(0, 16),
    },
    parts_from_minutes: {
      label: "In parts are films of at least",
      help: "A shorter film is encoded in one piece. So are films whose parts would not fit together: interlaced ones, HDR, burned-in subtitles.",
      kind: number(1, 1440),
      unit: "minutes",
    },
    max_concurrent_copies: {
      label: "Fixes at a time",
      help: "Remuxes, sound and repairs.",
      kind: number(1, 32),
    },
    max_attempts: { label: "Tries for a film", help: "Then it rests under Failed.", kind: number(1, 20) },
  }),
  ...GUARDRAIL_FIELDS,
  ...fieldsOf("originals", "operational.", {
    remove_original_after_success: {
      label: "Originals may be removed",
      help: "The second lock. Alone it does nothing: a library must also say delete, or the days below be above 0.",
      kind: SWITCH,
    },
    archive_retention_days: {
      label: "Archived originals are removed after",
      help: "0: never. Listed on the Archive page a day before.",
      kind: number(0, 36_500),
      unit: "days",
    },
  }),
  ...fieldsOf("looking", "operational.", {
    rescan_minutes: {
      label: "Libraries are looked through every",
      help: "Besides at each start and when you press Rescan.",
      kind: number(1, 10_080, "any"),
      unit: "minutes",
    },
    poll_seconds: {
      label: "Shared folders are compared every",
      help: "Where the system does not tell of changes, as on network shares.",
      kind: number(5, 86_400),
      unit: "seconds",
    },
    settle_seconds: {
      label: "A new file is left alone for",
      help: "It must have stopped growing this long before it is touched.",
      kind: number(0, 3600, "any"),
      unit: "seconds",
    },
  }),
  ...RECORD_FIELDS,
];

const SERVER = fieldsOf("others", "server.", SERVER_ROWS);

export const SETTING_FIELDS: readonly SettingField[] = [
  ...DEVICE_FIELDS,
  ...LIBRARY_FIELDS,
  ...PROFILE_FIELDS,
  ...NOTIFIER_FIELDS,
  ...OPERATIONAL,
  ...SERVER,
  ...SERVER_FIELDS,
];
