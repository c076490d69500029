/** The checker itself: of a sound library it says nothing, and of each thing that went wrong it says that. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { openStore } from "../../src/edges/store/store.ts";
import { tempFolder } from "../support/temp.ts";
import {
  checkLeftovers,
  checkSafe,
  compareTrees,
  type Expected,
  treeOf,
  type Violation,
} from "./invariants.ts";
import { checkDatabase } from "./invariants-database.ts";

const NOW = 1_800_000_000_000;

/** A library in which one film was converted, one archived and one left alone, with the database that says so. */
const soundLibrary = (context: TestContext, isDelete = false) => {
  const folder = tempFolder(context);
  const ground = {
    root: join(folder, "films"),
    archive: join(folder, "films", ".originals"),
    ready: join(folder, "ready"),
    temp: join(folder, "temp"),
  };
  const at = (path: string): string => join(ground.root, path);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
    utimesSync(at(path), NOW / 1000, NOW / 1000);
  };
  write("Kept.mkv", "a film that is kept");
  write("Moved.mkv", "a film that goes");
  write("Theirs.srt", "a person's own lines");
  const first = treeOf(ground);
  write("Kept.mp4", "what was made of the kept film");
  write("Moved.mp4", "what was made of the other");
  if (isDelete) rmSync(at("Moved.mkv"));
  else {
    mkdirSync(ground.archive);
    renameSync(at("Moved.mkv"), join(ground.archive, "Moved.mkv"));
  }
  const tree = treeOf(ground);
  const pick = (...paths: readonly string[]) =>
    new Map(
      [...first]
        .map(([path, seen]) => [path.slice("films/".length), seen] as const)
        .filter(([path]) => paths.includes(path)),
    );
  const made = ["films/Kept.mp4", "films/Moved.mp4"];
  const expected: Expected = {
    originals: pick("Kept.mkv", "Moved.mkv"),
    others: pick("Theirs.srt"),
    results: new Map(
      [...tree].flatMap(([path, seen]) => (made.includes(path) ? [[path, [seen]] as const] : [])),
    ),
    deletable: new Map(isDelete ? [["Moved.mkv", "films/Moved.mp4"]] : []),
    hasNoLinks: false,
  };
  const said = (): readonly string[] =>
    [...checkSafe(ground, expected), ...checkLeftovers(ground), ...compareTrees(treeOf(ground), tree)].map(
      kindOf,
    );
  return { ...ground, at, write, said };
};

const kindOf = ({ kind }: Violation): string => kind;

test("of a sound library it says nothing", (context) => {
  assert.deepEqual(soundLibrary(context).said(), []);
  assert.deepEqual(soundLibrary(context, true).said(), []);
});

type Wrong = {
  readonly name: string;
  readonly isDelete?: boolean;
  readonly wrong: (library: ReturnType<typeof soundLibrary>) => void;
  readonly said: readonly string[];
};

const WRONGS: readonly Wrong[] = [
  { name: "a film that is lost", wrong: ({ at }) => rmSync(at("Kept.mkv")), said: ["lost", "different"] },
  {
    name: "an archived original that is lost",
    wrong: ({ archive }) => rmSync(join(archive, "Moved.mkv")),
    said: ["lost", "different"],
  },
  {
    name: "a deleted original whose result is lost",
    isDelete: true,
    wrong: ({ at }) => rmSync(at("Moved.mp4")),
    said: ["lost", "different"],
  },
  {
    name: "a deleted original whose result is short",
    isDelete: true,
    wrong: ({ write }) => write("Moved.mp4", "what was made of"),
    said: ["lost", "half", "different"],
  },
  {
    name: "a wrong byte in a film",
    wrong: ({ write }) => write("Kept.mkv", "a film that is kepT"),
    said: ["lost", "overwritten", "different"],
  },
  {
    name: "half a copy in the archive",
    wrong: ({ archive, write }) => {
      write("Moved.mkv", "a film that goes");
      writeFileSync(join(archive, "Moved.mkv"), "a film th");
      utimesSync(join(archive, "Moved.mkv"), NOW / 1000, NOW / 1000);
    },
    said: ["overwritten", "different", "different"],
  },
  {
    name: "a file of a person that was overwritten",
    wrong: ({ write }) => write("Theirs.srt", "our lines"),
    said: ["overwritten", "different"],
  },
  {
    name: "half a film under a final name",
    wrong: ({ write }) => write("Kept.mp4", "what was made"),
    said: ["half", "different"],
  },
  {
    name: "an empty file under a name that nobody gave",
    wrong: ({ write }) => write("Other.mp4", ""),
    said: ["half", "different"],
  },
  {
    name: "a partial file",
    wrong: ({ write }) => write(".Kept.0123456789abcdef.partial.mp4", "x"),
    said: ["partial", "different"],
  },
  {
    name: "a file in the folder for temporary ones",
    wrong: ({ temp }) => mkdirSync(join(temp, "cvc-text-1"), { recursive: true }),
    said: ["partial"],
  },
  {
    name: "a result with another time",
    wrong: ({ at }) => utimesSync(at("Kept.mp4"), 1, 1),
    said: ["different"],
  },
];

for (const { name, isDelete, wrong, said } of WRONGS)
  test(`it says ${name}`, (context) => {
    const library = soundLibrary(context, isDelete);
    wrong(library);
    assert.deepEqual(library.said(), said);
  });

/** A database with one film that was converted, its files beside it. */
const soundDatabase = (context: TestContext) => {
  const folder = tempFolder(context);
  const root = join(folder, "films");
  mkdirSync(root);
  const output = join(root, "Film.mp4");
  for (const path of [join(root, "Film.mkv"), output]) writeFileSync(path, "bytes");
  const store = openStore({ file: join(folder, "library.sqlite") });
  const found = { sizeBytes: statSync(output).size, modifiedUs: 1, fingerprint: "f", foundAt: NOW };
  const { id } = store.assets.insert({ library: "films", path: "Film.mkv", ...found });
  store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "copy" });
  store.assets.claim({ works: ["copy"], token: "t", now: NOW });
  const outputSizeBytes = readFileSync(output).length;
  store.assets.apply(id, "published-kept", { now: NOW, token: "t", outputPath: output, outputSizeBytes });
  store.close();
  const change = (sql: string): void => {
    const database = new DatabaseSync(join(folder, "library.sqlite"));
    database.exec("DROP TRIGGER assets_state_is_legal");
    database.exec(sql);
    database.close();
  };
  return { root, output, change, said: () => checkDatabase(folder, root).map(kindOf) };
};

test("of a sound database it says nothing", (context) => {
  assert.deepEqual(soundDatabase(context).said(), []);
});

const ROW = `INSERT INTO journal (token, asset_id, step, partial_path, final_path, sidecars, source_path, original,
    source_fingerprint, output_fingerprint, created_at)
  VALUES ('t', 1, 'planned', 'a', 'b', '[]', 'c', 'keep', 'f', 'f', 1)`;
const UNTRUE: readonly (readonly [string, string, string])[] = [
  ["a film that is stuck in work", "UPDATE assets SET state = 'Processing', token = 't'", "stuck"],
  ["a film that waits for ever", "UPDATE assets SET state = 'Queued', available_at = 9", "stuck"],
  ["a journal row that is left", ROW, "database"],
  [
    "a job without an end",
    "INSERT INTO jobs (asset_id, token, attempt, work, started_at) VALUES (1, 't', 1, 'copy', 1)",
    "database",
  ],
  ["a count that is wrong", "UPDATE asset_kinds SET count = count + 1 WHERE state = 'Completed'", "database"],
  ["a result of another size", "UPDATE assets SET output_size_bytes = 4", "database"],
  ["an archived original that is not there", "UPDATE assets SET archive_path = '/nowhere'", "database"],
  ["a subtitle file that is not there", `UPDATE assets SET sidecar_paths = '["/nowhere"]'`, "database"],
  ["an archived film in its old place", "UPDATE assets SET state = 'Archived'", "database"],
  ["a film that is not there", "UPDATE assets SET path = 'Nowhere.mkv'", "database"],
];

for (const [name, sql, kind] of UNTRUE)
  test(`it says ${name}`, (context) => {
    const database = soundDatabase(context);
    database.change(sql);
    assert.deepEqual(database.said(), [kind]);
  });
