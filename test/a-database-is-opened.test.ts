/** What a start finds in place of its database: a clear problem, with what to do, and nothing is changed or made anew. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { PROBLEMS, Problem } from "../src/core/problem.ts";
import { lockDataDirectory } from "../src/edges/store/lock.ts";
import { openLibrary } from "../src/edges/store/open-library.ts";
import { runCli } from "./support/cli.ts";
import {
  backUp,
  DAY_MS,
  type DataFolder,
  damage,
  middlePage,
  newDataFolder,
  runSql,
} from "./support/data-folder.ts";
import { filesBelow, sha256 } from "./support/orchestrator.ts";
import { fillDisk, isRoot, makeReadOnly, smallDisk } from "./support/small-disk.ts";
import { isProblem, NOW } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

/** What SQLite makes to read a database is no change of it. */
const contents = (folder: string): readonly string[] =>
  filesBelow(folder)
    .filter((each) => !/-shm$|\.lock/.test(each))
    .map((each) => `${each} ${sha256(join(folder, each))}`);

const problemOf = async (directory: string): Promise<Problem> => {
  try {
    (await openLibrary(directory, NOW)).close();
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  return assert.fail("it was opened");
};

type Row = {
  readonly name: string;
  readonly code: string;
  readonly detail: RegExp;
  readonly spoil: (folder: DataFolder) => void;
};

const remove = ({ file }: DataFolder): void => rmSync(file);
const logOf = ({ file }: DataFolder): void => writeFileSync(`${file}-wal`, "what was written last");

const ROWS: readonly Row[] = [
  {
    name: "a header of rubbish",
    code: "database-damaged",
    detail: /file is not a database/,
    spoil: ({ file }) => damage(file, 0),
  },
  {
    name: "a damaged page in the middle",
    code: "database-damaged",
    detail: /library\.sqlite: Tree \d+ page \d+: .*\.\nTried: to read all of it/,
    spoil: ({ file }) => damage(file, middlePage(file)),
  },
  {
    name: "cut in half",
    code: "database-damaged",
    detail: /malformed/,
    spoil: ({ file }) => truncateSync(file, 4096 * 5),
  },
  {
    name: "cut to nothing",
    code: "database-damaged",
    detail: /is empty \(0 bytes\)\.\nTried: looked for it, and found 1 backup in/,
    spoil: ({ file }) => truncateSync(file, 0),
  },
  { name: "gone", code: "database-missing", detail: /is not there/, spoil: remove },
  {
    name: "gone, its log is left",
    code: "database-missing",
    detail: /and its log, .*library\.sqlite-wal, with 21 B/,
    spoil: (folder) => {
      remove(folder);
      logOf(folder);
    },
  },
  {
    name: "an empty database in its place",
    code: "database-damaged",
    detail: /new, empty database, yet there are backups/,
    spoil: (folder) => {
      remove(folder);
      runSql(folder.file, "PRAGMA journal_mode = WAL");
    },
  },
  {
    name: "made by a newer program",
    code: "database-newer",
    detail: /has version 999, this program knows \d+/,
    spoil: ({ file }) => runSql(file, "PRAGMA user_version = 999"),
  },
];

for (const { name, code, detail, spoil } of ROWS)
  test(`${name}: ${code}, with the backup that mends it`, async (context) => {
    const folder = newDataFolder(context);
    const backup = await backUp(folder);
    spoil(folder);
    const before = contents(folder.directory);
    const problem = await problemOf(folder.directory);
    assert.equal(problem.code, code);
    assert.equal(PROBLEMS[problem.code].exit, 3);
    assert.match(problem.detail, detail);
    assert.ok(problem.hint.includes("made on 2023-11-14 22:13 UTC with 200 films"), problem.hint);
    const command = `cvc doctor --restore-database ${backup} --data ${folder.directory}`;
    assert.ok(problem.hint.endsWith(command), problem.hint);
    assert.deepEqual(contents(folder.directory), before, "nothing was changed");
  });

test("cut to nothing beside its log, without a backup: not made anew, the log stays", async (context) => {
  const folder = newDataFolder(context);
  truncateSync(folder.file, 0);
  logOf(folder);
  const before = contents(folder.directory);
  const problem = await problemOf(folder.directory);
  assert.equal(problem.code, "database-damaged");
  assert.match(problem.hint, /^There is no good backup in .*backups\. Bring the file back/);
  assert.deepEqual(contents(folder.directory), before);
});

test("only a backup that is good and not too new is named", async (context) => {
  const folder = newDataFolder(context);
  const good = await backUp(folder, NOW);
  const damaged = await backUp(folder, NOW + DAY_MS);
  const newer = await backUp(folder, NOW + 2 * DAY_MS);
  damage(join(folder.backups, damaged), middlePage(folder.file));
  runSql(join(folder.backups, newer), "PRAGMA user_version = 999");
  rmSync(folder.file);
  assert.match((await problemOf(folder.directory)).hint, new RegExp(`--restore-database ${good} `));
});

test("an empty file where nothing ever was, and no file, are a first start", async (context) => {
  const directory = tempFolder(context);
  writeFileSync(join(directory, "library.sqlite"), "");
  for (const each of [directory, join(directory, "deeper", "still")]) {
    const store = await openLibrary(each, NOW);
    assert.equal(store.assets.counts().total, 0);
    store.close();
  }
});

test("a database of another program is left alone", async (context) => {
  const directory = tempFolder(context);
  const file = join(directory, "library.sqlite");
  runSql(file, "PRAGMA journal_mode = WAL; CREATE TABLE recipes (name)");
  const before = contents(directory);
  const problem = await problemOf(directory);
  assert.equal(problem.code, "database-unusable");
  assert.match(problem.detail, /of another program/);
  assert.deepEqual(contents(directory), before);
});

test("held by another program: said after five seconds, opened when it lets go", async (context) => {
  const { directory, file } = newDataFolder(context);
  const other = new DatabaseSync(file);
  other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  const problem = await problemOf(directory);
  assert.equal(problem.code, "database-locked");
  assert.match(problem.detail, /library\.sqlite: database is locked\.\nTried: to open it, for 5 seconds/);
  other.close();
  (await openLibrary(directory, NOW)).close();
});

const onDisk = (context: TestContext): DataFolder | null => {
  const disk = smallDisk(context, 8 * 2 ** 20);
  return disk === null ? null : newDataFolder(context, disk);
};

test("a folder that cannot be written to", async (context) => {
  const folder = isRoot ? onDisk(context) : newDataFolder(context);
  if (folder === null) return context.skip("no disk may be mounted here");
  const { directory } = folder;
  if (isRoot) makeReadOnly(join(directory, ".."));
  else chmodSync(directory, 0o555);
  context.after(() => isRoot || chmodSync(directory, 0o755));
  assert.equal((await problemOf(directory)).code, "database-read-only");
  assert.throws(() => lockDataDirectory(directory), isProblem("database-read-only"));
});

test("a file that cannot be written to", async (context) => {
  let mounted: string | null = null;
  context.after(() => mounted !== null && execFileSync("umount", ["-l", mounted]));
  const { directory, file } = newDataFolder(context);
  if (!isRoot) chmodSync(file, 0o444);
  else
    try {
      execFileSync("mount", ["--bind", file, file], { stdio: "ignore" });
      mounted = file;
      execFileSync("mount", ["-o", "remount,bind,ro", file]);
    } catch {
      return context.skip("nothing may be mounted here");
    }
  const problem = await problemOf(directory);
  assert.equal(problem.code, "database-read-only");
  assert.match(problem.detail, /Tried: to write one page of it/);
});

test("a full disk", async (context) => {
  const folder = onDisk(context);
  if (folder === null) return context.skip("no disk may be mounted here");
  const ballast = fillDisk(join(folder.directory, ".."));
  assert.equal((await problemOf(folder.directory)).code, "database-full");
  rmSync(ballast);
  (await openLibrary(folder.directory, NOW)).close();
});

test("serve says it and ends with 3", async (context) => {
  const folder = newDataFolder(context);
  const backup = await backUp(folder);
  damage(folder.file, middlePage(folder.file));
  const args = ["serve", folder.directory, "--port", "0", "--data", folder.directory];
  const { code, err } = await runCli(context, args);
  assert.equal(code, 3);
  assert.match(err, /^cvc: The database is damaged\.\n {2}.*Tree \d+ page/);
  assert.ok(err.includes(`cvc doctor --restore-database ${backup}`), err);
  assert.ok(existsSync(folder.file));
});
