/** What the doctor says of the database and its backups. */
import { counted, humanBytes } from "../../core/human-text.ts";
import { PROBLEMS, type Problem } from "../../core/problem.ts";
import { type Backup, clockTime, listBackups } from "../../edges/store/backups.ts";
import { type Inspection, inspectDatabase } from "../../edges/store/inspect-database.ts";
import { backupFolder, databaseFile, inspectLibrary } from "../../edges/store/open-library.ts";
import type { Finding } from "./finding.ts";

const oneLine = ({ code, detail }: Problem): string =>
  `${PROBLEMS[code].title} ${detail.replaceAll("\n", " ")}`;

/** A whole database in a few words. */
export const goodText = ({ version, films, sizeBytes }: Extract<Inspection, { kind: "good" }>): string =>
  `version ${version}, ${humanBytes(sizeBytes)}, ${counted(films, "film")}`;

const databaseFinding = (directory: string): Finding => {
  const check = "database";
  const file = databaseFile(directory);
  const found = inspectLibrary(directory);
  if (found === null)
    return { check, state: "note", detail: `${file} is not there yet; the first start makes it`, mend: "" };
  if (found.kind === "bad")
    return { check, state: "bad", detail: oneLine(found.problem), mend: found.problem.hint };
  const older = found.isOlder ? "; the next start brings it up to date, after a backup" : "";
  return { check, state: "ok", detail: `${file}, whole, ${goodText(found)}${older}`, mend: "" };
};

const backupFinding = ({ name, path, madeAt }: Backup): Finding => {
  const check = `backup ${name}`;
  const found = inspectDatabase(path, "quick_check");
  if (found.kind === "good")
    return { check, state: "ok", detail: `good, made ${clockTime(madeAt)}, ${goodText(found)}`, mend: "" };
  return {
    check,
    state: "note",
    detail: oneLine(found.problem),
    mend: "It is not used; another may be good.",
  };
};

/** Opens nothing for writing, so that it may be asked while the program runs. Newest backup first. */
export function* databaseFindings(directory: string): Generator<Finding> {
  yield databaseFinding(directory);
  const backups = listBackups(backupFolder(directory));
  for (const backup of backups) yield backupFinding(backup);
  if (backups.length === 0)
    yield {
      check: "backups",
      state: "note",
      detail: `none in ${backupFolder(directory)}`,
      mend: "One is made daily while the program runs.",
    };
}
