/** What must hold after every command, and what more must hold when all work is done. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { leftAlone } from "../../../src/core/library-names.ts";
import { HELD_UNTIL, type Outcome, type State, transition } from "../../../src/core/lifecycle.ts";
import { partialToken } from "../../../src/core/output-paths.ts";
import type { OriginalPolicy } from "../../../src/core/settings.ts";
import type { Asset } from "../../../src/edges/store/asset-row.ts";
import type { StoredEvent } from "../../../src/edges/store/events.ts";
import { diskOf, type House, NAME } from "./house.ts";
import { isHeld, type Owed, type People } from "./people.ts";
import { rowsOf } from "./program.ts";
import { isResultOf, kindOf } from "./texts.ts";

type Told = { readonly state: State; readonly path: string; readonly outcome: Outcome | null };

/** What the events tell so far, by asset. */
export type History = { lastId: number; readonly told: Map<number, Told> };

export const newHistory = (): History => ({ lastId: 0, told: new Map() });

/** Events that tell of an asset and change no state. */
const NO_CHANGE: ReadonlySet<string> = new Set([
  "output-moved",
  "output-lost",
  "recovery-waits",
  "earlier-file-stays",
]);

const dataOf = (event: StoredEvent): Readonly<Record<string, unknown>> => Object(event.data);

const tell = ({ told }: History, event: StoredEvent): void => {
  const { assetId, kind, path } = event;
  if (assetId === null) return;
  const before = told.get(assetId);
  if (kind === "found") {
    assert.equal(before, undefined, `asset ${assetId} is found once`);
    told.set(assetId, { state: "New", path, outcome: null });
    return;
  }
  assert.ok(before, `asset ${assetId} begins with ${kind}`);
  if (kind === "moved") {
    told.set(assetId, { ...before, path });
    return;
  }
  if (NO_CHANGE.has(kind)) return;
  const change = transition(before.state, kind as Parameters<typeof transition>[1]);
  assert.notEqual(change.kind, "refused", `${path}: ${kind} of a film that is ${before.state}`);
  if (change.kind === "removed") told.delete(assetId);
  else if (change.kind === "moved") {
    assert.deepEqual([dataOf(event).from, dataOf(event).to], [before.state, change.to], `${path}: ${kind}`);
    told.set(assetId, { state: change.to, path, outcome: change.outcome });
  }
};

/** Each row is what its events tell from the first on, and nothing that they tell of is missing. */
const checkHistory = (house: House, history: History, rows: readonly Asset[]): void => {
  const fresh = house.store.events
    .latest({ limit: 100_000 })
    .filter((each) => each.id > history.lastId)
    .reverse();
  for (const event of fresh) tell(history, event);
  history.lastId = fresh.at(-1)?.id ?? history.lastId;
  assert.deepEqual(
    new Map(rows.map(({ id, state, path, outcome }) => [id, { state, path, outcome }])),
    history.told,
    "rows and history",
  );
  const { state: counted, total } = house.store.assets.counts();
  assert.equal(total, rows.length);
  for (const [state, count] of Object.entries(counted))
    assert.equal(count, rows.filter((each) => each.state === state).length, `count of ${state}`);
};

/** No file of a person is lost, changed or overwritten; one that the settings let go is where it should be. */
const checkFiles = (house: House, people: People, mayTake: ReadonlySet<OriginalPolicy>): void => {
  const disk = diskOf(house);
  for (const [path, text] of [...people.files]) {
    const there = disk.get(path);
    if (there === text) continue;
    people.files.delete(path);
    const ways = [
      { path, text, how: "archive", isReplaced: false },
      { path, text, how: "result", isReplaced: false },
    ] as const;
    const way = ways.find((each) => {
      if (!mayTake.has(each.how === "archive" ? "archive" : "delete")) return false;
      people.owed = [...people.owed, each];
      if (isHeld(house, people, each, disk)) return true;
      people.owed = people.owed.slice(0, -1);
      return false;
    });
    assert.ok(way, `${path}: "${text}" is ${there === undefined ? "gone" : `overwritten by "${there}"`}`);
  }
  for (const entry of people.owed)
    if (disk.get(entry.path) === entry.text && !people.files.has(entry.path)) {
      people.files.set(entry.path, entry.text);
      people.owed = people.owed.filter((each) => each !== entry);
    }
  for (const entry of people.owed)
    assert.ok(isHeld(house, people, entry, disk), `"${entry.text}" of ${entry.path} was lost (${entry.how})`);
  if (!house.isMounted && existsSync(house.root))
    assert.deepEqual(readdirSync(house.root), [], "nothing is written to an empty mount point");
};

/** What holds after every command. `mayTake` are the policies under which originals may have gone in it. */
export const checkAlways = (
  house: House,
  people: People,
  history: History,
  mayTake: ReadonlySet<OriginalPolicy>,
): void => {
  checkFiles(house, people, mayTake);
  checkHistory(house, history, rowsOf(house));
};

const SETTLED_FAILURES = new Set(["Failed"]);

/** A film that lies in the library when all work is done. */
const checkFilm = (house: House, disk: ReadonlyMap<string, string>, row: Asset): void => {
  const text = disk.get(join(house.root, row.path)) ?? "";
  const said = `${row.path} "${text}" is ${row.state}, ${row.outcome}, ${row.problemCode}, output ${row.outputPath}`;
  const kind = kindOf(text);
  if (kind === "plays") assert.deepEqual([row.state, row.outcome], ["Completed", "direct-play"], said);
  else if (kind === "junk") assert.deepEqual([row.state, row.problemCode], ["Failed", "not-media"], said);
  else if (row.state === "Queued") assert.equal(row.availableAt, HELD_UNTIL, said);
  else if (!SETTLED_FAILURES.has(row.state)) {
    assert.deepEqual([row.state, row.outcome], ["Completed", "converted"], said);
    assert.ok(isResultOf(disk.get(row.outputPath ?? "") ?? "", text), said);
  }
};

/** An original that the program took from its place, and how a person may get it back. */
const checkTaken = (house: House, disk: ReadonlyMap<string, string>, { path, text, how }: Owed): void => {
  const row = house.store.assets.byPath(NAME, path.slice(house.root.length + 1));
  assert.equal(row?.state, "Archived", `"${text}" of ${path} is not known to be archived`);
  if (how === "archive") assert.equal(disk.get(row?.archivePath ?? ""), text, `${path} in the archive`);
};

/** What holds besides when time passed and nothing is left to do: the database says what lies on the disk. */
export const checkSettled = (house: House, people: People): void => {
  const disk = diskOf(house);
  const rows = rowsOf(house);
  const { store } = house;
  assert.deepEqual(store.journal.all(), [], "no publication is under way");
  assert.deepEqual(store.jobs.unfinished(), [], "no attempt is without an end");
  const inLibrary = rows.filter((each) => each.state !== "Archived");
  const outputs = new Set(rows.map((each) => each.outputPath));
  const films = [...disk.keys()]
    .filter((path) => path.startsWith(`${house.root}/`) && !outputs.has(path))
    .map((path) => path.slice(house.root.length + 1))
    .filter((path) => leftAlone(path, "file") === null);
  assert.deepEqual(inLibrary.map((each) => each.path).sort(), films.sort(), "films listed and films there");
  for (const row of inLibrary) checkFilm(house, disk, row);
  for (const row of rows) {
    if (row.outputPath !== null) {
      const size = Buffer.byteLength(disk.get(row.outputPath) ?? "");
      assert.equal(row.outputSizeBytes, size, `${row.path}: output ${row.outputPath}`);
    }
  }
  for (const entry of people.owed) if (!entry.isReplaced) checkTaken(house, disk, entry);
  const litter = [...disk].filter(([path, text]) => {
    const token = partialToken(path.slice(path.lastIndexOf("/") + 1));
    return token === null ? text.includes("is being moved here") : !house.leftBehind.has(token);
  });
  assert.deepEqual(litter, [], "no partial file is left");
};
