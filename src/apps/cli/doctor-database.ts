/** The database's part of `cvc doctor`: a backup put back. */
import { clockTime } from "../../edges/store/backups.ts";
import { restoreBackup } from "../../edges/store/restore-backup.ts";
import { goodText } from "../doctor/database.ts";
import { printJson, printLine } from "./output.ts";

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
