/** What can go wrong with the database: no film's fault, so that all work waits and no attempt is used up. */
import { row } from "./problem-row.ts";

export const DATABASE_PROBLEMS = {
  "database-unusable": row(
    "The database cannot be used.",
    "Check the data folder and its disk; do not delete anything: `cvc doctor` says how it stands.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "database-locked": row(
    "Another program holds the database.",
    "Close what has it open (a database browser, a copy or backup program).",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "database-read-only": row(
    "The database cannot be written to.",
    "Give the user that runs this program the right to write in the data folder, or mount its disk for writing.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "database-full": row(
    "The disk of the database is full.",
    "Free some space on the disk of the data folder.",
    {
      http: 507,
      exit: 3,
      retry: "wait",
    },
  ),
  "database-damaged": row(
    "The database is damaged.",
    "Stop the program and put a backup back: `cvc doctor --restore-database newest`.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "database-missing": row(
    "The database is gone, though this data folder was in use.",
    "Bring the file back, or put a backup in its place: `cvc doctor --restore-database newest`.",
    { http: 503, exit: 3 },
  ),
  "database-newer": row(
    "The database was made by a newer version of this program.",
    "Start that version again, or put back the backup made before the upgrade; `cvc doctor` lists them.",
    { http: 503, exit: 3 },
  ),
  "backup-failed": row(
    "The database could not be backed up.",
    "Check the free space and the rights of the folder `backups` in the data folder; the work goes on meanwhile.",
    { exit: 3, retry: "wait" },
  ),
  "backup-damaged": row(
    "This backup cannot be put back.",
    "Choose another one; `cvc doctor` says which are good. Nothing was changed.",
    { exit: 3 },
  ),
} as const;

/** The database itself is not there for anybody: all work waits. */
export const isOfTheDatabase = (code: string): boolean =>
  code.startsWith("database-") && Object.hasOwn(DATABASE_PROBLEMS, code);
