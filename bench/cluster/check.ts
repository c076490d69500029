/** Whether every film ended once: read from the database and the disk, with no code of the orchestrator. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { WorkerLine } from "./workers.ts";

export type Checked = {
  readonly folder: string;
  readonly file: string;
  readonly libraries: readonly string[];
  readonly films: number;
  /** Every film was waited for. */
  readonly isWhole: boolean;
  readonly lines: readonly WorkerLine[];
};

/** Only the first of what is wrong in one way, with its number. */
const some = (what: string, found: readonly unknown[]): readonly string[] =>
  found.length === 0 ? [] : [`${what}: ${found.length}, ${JSON.stringify(found[0])} among them`];

/** What is wrong, in words; empty when nothing is. */
export const checkAll = ({ folder, file, libraries, films, isWhole, lines }: Checked): readonly string[] => {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database
    .prepare("SELECT id, library, path, state, output_path AS output, fingerprint FROM assets")
    .all();
  const published = database
    .prepare(
      "SELECT asset_id AS id, count(*) AS n FROM events WHERE kind = 'published-kept' GROUP BY asset_id",
    )
    .all();
  const failed = database
    .prepare(
      "SELECT asset_id AS id, problem_detail AS why FROM jobs WHERE outcome = 'failed' AND problem_code <> 'worker-lost'",
    )
    .all();
  database.close();
  const times = new Map(published.map((row) => [row.id, Number(row.n)]));
  const done = rows.filter((row) => row.state === "Completed");
  const begun = new Set(lines.map((line) => line.assetId));
  const names = libraries.flatMap((library) =>
    readdirSync(join(folder, library), { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name)),
  );
  const results = names.filter((name) => name.endsWith(".mp4") && !name.includes(".partial."));
  const originals = names.filter((name) => name.endsWith(".mkv"));
  const outputs = new Set(done.map((row) => String(row.output)));
  return [
    ...(rows.length === films ? [] : [`films in the database: ${rows.length} instead of ${films}`]),
    ...(originals.length === films ? [] : [`originals on the disk: ${originals.length} instead of ${films}`]),
    ...some(
      "published more than once",
      published.filter((row) => Number(row.n) !== 1),
    ),
    ...some(
      "done and never published",
      done.filter((row) => times.get(row.id ?? null) !== 1),
    ),
    ...some(
      "published and not done",
      published.filter((row) => !done.some((each) => each.id === row.id)).slice(0, 1),
    ),
    ...some("failed", failed),
    ...some(
      "done by nobody",
      done.filter((row) => !begun.has(Number(row.id))),
    ),
    ...some(
      "results of no film",
      results.filter((name) => !outputs.has(name)),
    ),
    ...(results.length === done.length
      ? []
      : [`results on the disk: ${results.length} instead of ${done.length}`]),
    ...some(
      "results of another film",
      done.filter((row) => readFileSync(String(row.output), "utf8") !== `made of ${row.fingerprint}`),
    ),
    ...(isWhole
      ? [
          ...some(
            "left over",
            rows.filter((row) => row.state !== "Completed"),
          ),
          ...some(
            "partial files left",
            names.filter((name) => name.includes(".partial.")),
          ),
        ]
      : []),
  ];
};
