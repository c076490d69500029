/** A scan holds little of each film and asks for the rest later: of more films than it asks for at once, and while they change. */
import assert from "node:assert/strict";
import { statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { toMicroseconds } from "../src/core/fingerprint.ts";
import { walkLibrary } from "../src/edges/library-walk.ts";
import { counts, newLibrary, type TestLibrary } from "./support/library.ts";
import { NOW } from "./support/store.ts";

const claim = ({ store, at }: TestLibrary, path: string): number => {
  const id = at(path)?.id ?? Number.NaN;
  store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "copy" });
  store.assets.claim({ works: ["copy"], token: `t${id}`, now: NOW });
  return id;
};

const publish = (
  library: TestLibrary,
  id: number,
  event: "published-kept" | "published-moved",
  path: string,
): void => {
  const output = library.write(path, `the published film, made of ${id}`);
  const { size, mtimeMs } = statSync(output);
  library.store.assets.apply(id, event, {
    now: NOW,
    token: `t${id}`,
    outputPath: output,
    outputSizeBytes: size,
    outputModifiedUs: toMicroseconds(mtimeMs),
    ...(event === "published-moved" ? { archivePath: join(library.root, ".archive", path) } : {}),
  });
};

/** A library in which `during` happens when all was walked, before anything is made of it. */
const changing = (context: TestContext, during: (library: TestLibrary) => void): TestLibrary => {
  let isMeant = false;
  const library: TestLibrary = newLibrary(context, {
    walkLibrary: async function* (input, signal) {
      yield* walkLibrary(input, signal);
      if (isMeant) during(library);
    },
  });
  return {
    ...library,
    scan: (...args) => {
      isMeant = library.paths().length > 0;
      return library.scan(...args);
    },
  };
};

const MANY = 1300;
const pathOf = (index: number): string => `Shelf ${index % 9}/Film ${index}.mkv`;
const outputOf = (index: number): string => pathOf(index).replace(".mkv", ".mp4");

test("of many films and results that are gone, moved or new each is what it is", async (context) => {
  const library = newLibrary(context);
  for (let index = 0; index < MANY; index++) library.write(pathOf(index), `film ${index}`);
  await library.scan();
  library.store.transaction(() => {
    for (let index = 0; index < MANY; index++)
      publish(library, claim(library, pathOf(index)), "published-kept", outputOf(index));
  });
  assert.deepEqual(await counts(library.scan()), {});
  assert.equal(library.read.length, 0);
  // 600 go with their results, the results of 600 others alone; one film goes elsewhere, one result is another film now.
  for (let index = 0; index < 1200; index++) {
    if (index % 2 === 0) library.remove(pathOf(index));
    library.remove(outputOf(index));
  }
  library.remove(pathOf(1201));
  library.write("elsewhere.mkv", "film 1201");
  library.write(outputOf(1202), "something else, and longer");
  library.write("new.mkv", "a film that nobody knows");
  const found = { added: 2, changed: 601, missing: 600, moved: 1 };
  assert.deepEqual(await counts(library.scan()), found);
  assert.deepEqual(await counts(library.scan()), {});
  assert.equal(library.paths().length, MANY - 600 + 2);
});

test("a film with a new time that is archived meanwhile is not taken for one that was brought back", async (context) => {
  const library = changing(context, (it) =>
    publish(it, claim(it, "Film.mkv"), "published-moved", "Film.mp4"),
  );
  const file = library.write("Film.mkv", "the source");
  await library.scan();
  utimesSync(file, NOW / 1000 - 5000, NOW / 1000 - 5000);
  const { again, ...report } = await library.scan();
  assert.equal(report.changed, 0);
  assert.equal(library.at("Film.mkv")?.state, "Archived");
  assert.ok(again.has(""), "its folder is looked at again");
});

test("a film that is archived meanwhile, and its result, are not missed", async (context) => {
  const library = changing(context, (it) => {
    publish(it, claim(it, "Film.mkv"), "published-moved", "Film.mp4");
    it.remove("Film.mkv");
  });
  library.write("other.mkv", "another film");
  const file = library.write("Film.mkv", "the source");
  await library.scan();
  utimesSync(file, NOW / 1000 - 5000, NOW / 1000 - 5000);
  assert.deepEqual(await counts(library.scan()), {});
  assert.equal(library.at("Film.mkv")?.state, "Archived");
  assert.ok(library.at("Film.mkv")?.outputPath);
});

test("a film that comes meanwhile is not missed", async (context) => {
  const library = changing(context, ({ store }) => {
    const film = {
      library: "movies",
      path: "Z.mkv",
      sizeBytes: 3,
      modifiedUs: 1,
      fingerprint: "f",
      foundAt: NOW,
    };
    store.assets.insert(film);
  });
  library.write("Film.mkv", "the source");
  await library.scan();
  library.remove("Film.mkv");
  library.write("other.mkv", "another film");
  assert.deepEqual(await counts(library.scan()), { added: 1, missing: 1 });
  assert.deepEqual(library.paths(), ["Z.mkv", "other.mkv"]);
});

test("a file that replaced the result of two films, which are gone, is a film at once", async (context) => {
  const library = newLibrary(context);
  for (const name of ["one", "two"]) library.write(`${name}.mkv`, name);
  await library.scan();
  const [one, two] = ["one.mkv", "two.mkv"].map((path) => claim(library, path));
  publish(library, one ?? 0, "published-kept", "result.mp4");
  publish(library, two ?? 0, "published-kept", "result.mp4");
  for (const name of ["one", "two"]) library.remove(`${name}.mkv`);
  library.write("result.mp4", "something else, and much longer than what was published");
  const { added, missing } = await library.scan();
  assert.deepEqual([added, missing, library.paths()], [1, 2, ["result.mp4"]]);
});
