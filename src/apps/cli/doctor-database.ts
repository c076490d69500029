/** The database's part of `cvc doctor`: how it and its backups stand, and a backup put back. */
import { counted, humanBytes } from "../../core/human-text.ts";
import { PROBLEMS, type Problem } from "../../core/problem.ts";
import { type Backup, clockTime, listBackups } from "../../edges/store/backups.ts";
import { type Inspection, inspectDatabase } from "../../edges/store/inspect-database.ts";
import { backupFolder, databaseFile, inspectLibrary } from "../../edges/store/open-library.ts";
import { restoreBackup } from "../../edges/store/restore-backup.ts";
import type { Finding } from "./finding.ts";
import { printJson, printLine } from "./output.ts";

const oneLine = ({ code, detail }: Problem): string =>
  `${PROBLEMS[code].title} ${detail.replaceAll("\n", " ")}`;

const goodText = ({ version, films, sizeBytes }: Extract<Inspection, { kind: "good" }>): string =>
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

/** Puts a backup back and says what was done and what to expect. Throws the Problems of `restoreBackup`. */
export const restoreDatabase = async (directory: string, name: string, json: boolean): Promise<void> => {
  const { backup, inspection, keptAside } = await restoreBackup(directory, name, Date.now());
  if (json)
    return printJson("restored", {
      name: backup.name,
      madeAt: backup.madeAt,
      version: inspection.version,
      films: inspection.films,
      keptAside,
    });
  printLine(`Put back: ${backup.name}, made ${clockTime(backup.madeAt)}, ${goodText(inspection)}.`);
  printLine(
    keptAside.length === 0
      ? "There was no database in its place."
      : `Kept aside in ${directory}, nothing was deleted: ${keptAside.join(", ")}.`,
  );
  printLine(
    "Start the program again. Films found since then are found again, and those converted since then are recognised " +
      "by the mark in the result: none is converted twice. What is lost since then: logs of attempts, and what was " +
      "pressed on the page.",
  );
};
