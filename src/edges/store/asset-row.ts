/** The asset row as the rest of the program sees it. */
import type { SQLInputValue } from "node:sqlite";
import { readFilmName, sortName } from "../../core/film-name.ts";
import { OUTCOMES, type Outcome, STATES, type State } from "../../core/lifecycle.ts";
import type { MediaKind } from "../../core/media-kind.ts";
import { isProblemCode, type ProblemCode } from "../../core/problem.ts";
import { WORKS, type Work } from "../../core/work.ts";
import { numberOf, numberOrNull, textOf, textOrNull, textsOf, wordOf, wordOrNull } from "./columns.ts";
import type { Row } from "./database.ts";
import { mediaColumn, readMediaColumn } from "./media-column.ts";

export type Asset = {
  readonly id: number;
  readonly library: string;
  /** Relative to the library root, '/' between the parts. */
  readonly path: string;
  readonly state: State;
  readonly outcome: Outcome | null;
  readonly work: Work | null;
  readonly sizeBytes: number;
  readonly modifiedUs: number;
  /** Null when the content could not be read yet. */
  readonly fingerprint: string | null;
  readonly why: string | null;
  /** The planned action, in words. */
  readonly action: string | null;
  readonly reasonCodes: readonly string[];
  /** Of its content, and by which devices it is played as it is; null until it was looked at. */
  readonly media: MediaKind | null;
  readonly expectedBytes: number | null;
  /** How long it plays, whole seconds; null when that is not known. */
  readonly playingSeconds: number | null;
  readonly resultBytes: number | null;
  /** The published file, absolute, with its stat when it was published. */
  readonly outputPath: string | null;
  readonly outputSizeBytes: number | null;
  readonly outputModifiedUs: number | null;
  readonly sidecarPaths: readonly string[];
  /** What each of them held when it was published; '' or none: not known. */
  readonly sidecarFingerprints: readonly string[];
  readonly archivePath: string | null;
  readonly attempt: number;
  /** Epoch ms before which it is not claimed. */
  readonly availableAt: number | null;
  readonly token: string | null;
  readonly problemCode: ProblemCode | null;
  readonly problemDetail: string | null;
  readonly priority: number;
  /** The content that a person keeps as it is; see `isKept`. */
  readonly keptFingerprint: string | null;
  readonly foundAt: number;
  readonly stateAt: number;
};

/** The fields that may be given with an event or by `touch`; state, outcome and token follow from the event. */
export type AssetFields = Omit<
  Asset,
  "id" | "library" | "state" | "outcome" | "token" | "foundAt" | "stateAt"
>;

const COLUMN_OF: Readonly<Record<keyof AssetFields, string>> = {
  path: "path",
  work: "work",
  sizeBytes: "size_bytes",
  modifiedUs: "modified_us",
  fingerprint: "fingerprint",
  why: "why",
  action: "action",
  reasonCodes: "reason_codes",
  media: "media",
  expectedBytes: "expected_bytes",
  playingSeconds: "playing_seconds",
  resultBytes: "result_bytes",
  outputPath: "output_path",
  outputSizeBytes: "output_size_bytes",
  outputModifiedUs: "output_modified_us",
  sidecarPaths: "sidecar_paths",
  sidecarFingerprints: "sidecar_fingerprints",
  archivePath: "archive_path",
  attempt: "attempt",
  availableAt: "available_at",
  problemCode: "problem_code",
  problemDetail: "problem_detail",
  priority: "priority",
  keptFingerprint: "kept_fingerprint",
};

/** What `toAsset` reads. The columns that are computed of others, which no asset has, take a third of the time of all. */
export const ASSET_COLUMNS = [
  ...["id", "library", "state", "outcome", "token", "found_at", "state_at"],
  ...Object.values(COLUMN_OF),
].join(", ");

const FIELDS = Object.keys(COLUMN_OF) as readonly (keyof AssetFields)[];

type Assignment = { readonly sql: readonly string[]; readonly parameters: Record<string, SQLInputValue> };

/** What lists sort and group by, from the path alone. */
export const nameColumns = (path: string) => {
  const name = readFilmName(path);
  return {
    sort_name: sortName(name),
    year: name.year ?? 0,
    show: name.episode?.show ?? null,
    season: name.episode?.season ?? null,
  };
};

const toParameter = (field: keyof AssetFields, fields: Partial<AssetFields>): SQLInputValue => {
  if (field === "media") return mediaColumn(fields.media ?? null);
  const value = fields[field];
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : value;
};

/** `column = :field` for each field that is given, with its parameters. */
export const assignmentsOf = (fields: Partial<AssetFields>): Assignment => {
  const sql: string[] = [];
  const parameters: Record<string, SQLInputValue> = {};
  for (const field of FIELDS) {
    if (fields[field] === undefined) continue;
    sql.push(`${COLUMN_OF[field]} = :${field}`);
    parameters[field] = toParameter(field, fields);
  }
  if (fields.path !== undefined)
    for (const [column, value] of Object.entries(nameColumns(fields.path))) {
      sql.push(`${column} = :${column}`);
      parameters[column] = value;
    }
  return { sql, parameters };
};

export const toAsset = (row: Row): Asset => {
  const code = textOrNull(row, "problem_code");
  return {
    id: numberOf(row, "id"),
    library: textOf(row, "library"),
    path: textOf(row, "path"),
    state: wordOf(row, "state", STATES),
    outcome: wordOrNull(row, "outcome", OUTCOMES),
    work: wordOrNull(row, "work", WORKS),
    sizeBytes: numberOf(row, "size_bytes"),
    modifiedUs: numberOf(row, "modified_us"),
    fingerprint: textOrNull(row, "fingerprint"),
    why: textOrNull(row, "why"),
    action: textOrNull(row, "action"),
    reasonCodes: textsOf(row, "reason_codes"),
    media: readMediaColumn(textOf(row, "media")),
    expectedBytes: numberOrNull(row, "expected_bytes"),
    playingSeconds: numberOrNull(row, "playing_seconds"),
    resultBytes: numberOrNull(row, "result_bytes"),
    outputPath: textOrNull(row, "output_path"),
    outputSizeBytes: numberOrNull(row, "output_size_bytes"),
    outputModifiedUs: numberOrNull(row, "output_modified_us"),
    sidecarPaths: textsOf(row, "sidecar_paths"),
    sidecarFingerprints: textsOf(row, "sidecar_fingerprints"),
    archivePath: textOrNull(row, "archive_path"),
    attempt: numberOf(row, "attempt"),
    availableAt: numberOrNull(row, "available_at"),
    token: textOrNull(row, "token"),
    // A code that an older or newer program wrote and this one does not know.
    problemCode: code === null ? null : isProblemCode(code) ? code : "internal",
    problemDetail: textOrNull(row, "problem_detail"),
    priority: numberOf(row, "priority"),
    keptFingerprint: textOrNull(row, "kept_fingerprint"),
    foundAt: numberOf(row, "found_at"),
    stateAt: numberOf(row, "state_at"),
  };
};
