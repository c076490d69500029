/** What can go wrong with the database, met for real. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { TestContext } from "node:test";
import type { ProblemCode } from "../../../src/core/problem.ts";
import { openLibrary } from "../../../src/edges/store/open-library.ts";
import { restoreBackup } from "../../../src/edges/store/restore-backup.ts";
import { backUp, type DataFolder, damage, middlePage, newDataFolder, runSql } from "../data-folder.ts";
import { newHouse, until } from "../orchestrator.ts";
import { fillDisk, isRoot, makeReadOnly, smallDisk } from "../small-disk.ts";
import { NOW } from "../store.ts";
import { type Maker, thrown } from "./maker.ts";

const SMALL = 8 * 2 ** 20;

/** A disk of its own, which is filled or made read-only: never one of the machine's. */
const folderOnDisk = (context: TestContext): DataFolder => {
  const disk = smallDisk(context, SMALL);
  if (disk === null) throw new Error("no disk may be mounted here");
  return newDataFolder(context, disk);
};

/** Why a row that needs a disk of its own cannot be tried; false where it can. */
export const withoutOwnDisk = (): string | false => {
  const at = mkdtempSync(join(tmpdir(), "cvc-mount-"));
  const isMounted = isRoot && spawnSync("mount", ["-t", "tmpfs", "none", at]).status === 0;
  if (isMounted) spawnSync("umount", [at]);
  rmSync(at, { recursive: true });
  return isMounted ? false : "no disk may be mounted here";
};

const ofDatabase = {
  "name-not-utf8": async (context) => {
    const house = newHouse(context);
    writeFileSync(
      Buffer.concat([Buffer.from(`${house.root}/bad `), Buffer.from([0xff]), Buffer.from(".mkv")]),
      "x",
    );
    const { overview } = await house.start();
    const [problem] = await until("it is told", () => {
      const { rootProblems } = overview();
      return rootProblems.length > 0 && rootProblems;
    });
    return problem?.code;
  },
  "database-locked": (context) => {
    const { directory, file } = newDataFolder(context);
    const other = new DatabaseSync(file);
    context.after(() => other.close());
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return thrown(() => openLibrary(directory, NOW));
  },
  "database-read-only": (context) => {
    const { directory } = folderOnDisk(context);
    makeReadOnly(join(directory, ".."));
    return thrown(() => openLibrary(directory, NOW));
  },
  "database-full": (context) => {
    const { directory } = folderOnDisk(context);
    fillDisk(join(directory, ".."));
    return thrown(() => openLibrary(directory, NOW));
  },
  "database-damaged": (context) => {
    const { directory, file } = newDataFolder(context);
    damage(file, middlePage(file));
    return thrown(() => openLibrary(directory, NOW));
  },
  "database-missing": async (context) => {
    const folder = newDataFolder(context);
    await backUp(folder);
    rmSync(folder.file);
    return thrown(() => openLibrary(folder.directory, NOW));
  },
  "backup-failed": (context) => {
    const folder = newDataFolder(context);
    mkdirSync(join(folder.backups, ".."), { recursive: true });
    writeFileSync(folder.backups, "a file where the folder should be");
    return thrown(() => backUp(folder));
  },
  "backup-damaged": (context) => {
    const { directory, backups } = newDataFolder(context);
    const foreign = "library-2020-01-01T00-00-00Z-daily.sqlite";
    mkdirSync(backups);
    runSql(join(backups, foreign), "CREATE TABLE recipes (name)");
    return thrown(() => restoreBackup(directory, foreign, NOW));
  },
} satisfies Partial<Record<ProblemCode, Maker>>;

export const OF_DATABASE: typeof ofDatabase = ofDatabase;
