/** Names that real libraries hold, and the worst that a file system takes, from the scan to the published film. */
import assert from "node:assert/strict";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { buildServer } from "../../src/apps/http/server.ts";
import { visibleText } from "../../src/core/human-text.ts";
import { leftAlone } from "../../src/core/library-names.ts";
import { finalPaths, partialPath, stemOf } from "../../src/core/output-paths.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { statFile } from "../../src/edges/library-walk.ts";
import { assess } from "../../src/steps/assess.ts";
import { scanLibrary } from "../../src/steps/scan.ts";
import { runCli } from "../support/cli.ts";
import { putClip } from "../support/clips.ts";
import { openTestControl } from "../support/control.ts";
import { newLibrary } from "../support/library.ts";
import { wish } from "../support/media.ts";
import { assertNoPartials, filesBelow, newHouse, sha256, until } from "../support/orchestrator.ts";
import { NOW } from "../support/store.ts";
import { tempFolder } from "../support/temp.ts";

const LIST = join(import.meta.dirname, "..", "..", "..", "shared", "names", "library-names.txt");

const HIDDEN = /(?!\n)\p{Cc}|[\u2028-\u202E\u2066-\u2069]/u;
const escaped = (text: string): string =>
  text.replaceAll(
    /[&<>"']/g,
    (each) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[each] ?? "#39"};`,
  );

const bytesIn = (path: string): number => Buffer.byteLength(basename(path));

/** A film at every path of the list, each line in a folder of its own: the same bytes under 1591 names. */
const putList = async (root: string): Promise<readonly string[]> => {
  const clip = await putClip("remux", join(root, "0", "first.mkv"));
  const lines = readFileSync(LIST, "utf8").split("\n").filter(Boolean);
  const paths = lines.map((line, index) => {
    const name = line.replaceAll(/\\([nt\\])/g, (_, each) => ({ n: "\n", t: "\t" })[each as "n"] ?? "\\");
    return `${index + 1}/${name.endsWith("/") ? `${name}film.mkv` : name}`;
  });
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    linkSync(clip, join(root, path));
  }
  return ["0/first.mkv", ...paths];
};

/** A real control whose library was scanned and assessed, with one probe for the one content. */
const listed = async (context: TestContext) => {
  const library = newLibrary(context);
  const put = await putList(library.root);
  const { control, close } = openTestControl(tempFolder(context), () => NOW);
  context.after(close);
  const deps = { ...library.deps, store: control.store };
  const scan = () =>
    scanLibrary(deps, {
      name: "movies",
      library: { root: library.root, depth: "max" },
      now: Date.now() + 3600_000,
    });
  const report = await scan();
  const { probe } = createFfprobe();
  let probed = 0;
  for (const row of [...control.store.assets.iterate("movies")]) {
    const asset = control.store.assets.byId(row.id);
    assert.ok(asset);
    const counted: typeof probe = (...args) => {
      probed++;
      return probe(...args);
    };
    const path = join(library.root, asset.path);
    const assessing = {
      store: control.store,
      probe: counted,
      look: async () => assert.fail(),
      statFile,
      now: () => NOW,
    };
    assert.equal(await assess(assessing, { asset, path, wish: wish(), isHardware: false }), null);
  }
  assert.equal(probed, 1, "one content is probed once, whatever its names");
  return { control, put, report, scan };
};

test("every name of the list is listed, planned and shown, or left alone for a reason", {
  skip: existsSync(LIST) ? false : "../shared/names is not there",
}, async (context) => {
  const { control, put, report, scan } = await listed(context);
  const films = put.filter(
    (path) => !path.split("/").some((_, at, all) => isLeft(all.slice(0, at + 1), all.length)),
  );
  assert.ok(films.length > 1000 && films.length < put.length, `${films.length} of ${put.length}`);
  assert.deepEqual([report.added + report.copied, report.unreadable, report.badNames], [films.length, 0, 0]);
  const server = buildServer(control);
  context.after(() => server.close());

  const seen = new Map<string, number>();
  for (let next: string | null = ""; next !== null; ) {
    const cursor: string = next === "" ? "" : `&cursor=${encodeURIComponent(next)}`;
    const page = (await server.inject(`/api/assets?state=Queued&limit=200${cursor}`)).json();
    for (const { id, path } of page.assets) seen.set(path, id);
    next = page.next;
  }
  assert.deepEqual([...seen.keys()].toSorted(), films.toSorted(), "none is lost, renamed or told twice");

  for (const [path, id] of seen) {
    const asset = control.store.assets.byId(id);
    const command = (asset && control.explain(asset)?.command) ?? [];
    assert.ok(command.includes(`file:/films/movies/${path}`), path);
    for (const made of finalPaths("/", path))
      assert.ok(bytesIn(made) <= 211 && !made.includes("\uFFFD"), made);
    assert.equal(leftAlone(basename(partialPath("/", path, "0".repeat(32), "mp4")), "file"), "hidden");
    if (/^[\w ()./-]+$/.test(path) && id % 10 !== 0) continue;
    const { body } = await server.inject(`/library/${id}`);
    assert.doesNotMatch(body, HIDDEN, path);
    const where = ["movies", ...path.split("/")].join(" / ");
    assert.ok(body.includes(`<bdi>${escaped(visibleText(where))}</bdi>`), path);
  }
  const again = await scan();
  assert.deepEqual([again.added, again.copied, again.changed, again.moved, again.missing], [0, 0, 0, 0, 0]);
});

/** Whether the walk passes by at this part of a path. */
const isLeft = (segments: readonly string[], length: number): boolean =>
  leftAlone(segments.join("/"), segments.length === length ? "file" : "folder") !== null;

/** Names by what is bad about them. */
const WORST: Readonly<Record<string, readonly string[]>> = {
  "255 bytes long": [`${"n".repeat(251)}.mkv`, `${"語".repeat(83)}xx.mkv`],
  "of a device, with spaces or dots at an end, or without one": [
    ...["CON.mkv", "nul.MKV", "ends with dots...mkv", "ends with a space .mkv", " begins with one.mkv"],
    "no ending",
  ],
  "alike but for case, and but for how an accent is written": [
    ...["Am\u00e9lie.mkv", "Ame\u0301lie.mkv", "Film.mkv", "FILM.mkv"],
  ],
  "with signs that turn letters around or control a terminal": [
    "فیلم 🎬👩‍👩‍👧 \u202e4pm.mkv",
    "esc \u001b[2J\u0007 \u009b2J \t.mkv",
  ],
};

for (const [kind, names] of Object.entries(WORST))
  test(`names ${kind} are converted, archived and found again`, async (context) => {
    const house = newHouse(context, { library: { original: "archive" } });
    const clip = await putClip("subtitled", join(tempFolder(context), "clip.mkv"));
    for (const name of names) linkSync(clip, join(house.root, name));
    const before = sha256(clip);
    await house.start();
    for (const name of names) {
      const asset = await house.becomes(name, "Archived", "Completed", "Failed");
      assert.equal(asset.state, "Archived", `${name}: ${asset.problemDetail}`);
      assert.equal(sha256(asset.archivePath ?? ""), before);
      assert.equal(basename(asset.archivePath ?? ""), name);
      const film = asset.outputPath ?? "";
      const isCut = bytesIn(name) === 255;
      assert.equal(isCut ? stemOf(name).startsWith(stemOf(film)) : stemOf(name) === stemOf(film), true, film);
      assert.deepEqual(
        [...asset.sidecarPaths].toSorted(),
        ["srt", "vtt"].map((ending) => film.replace(/mp4$/, `en.${ending}`)),
      );
      assert.ok(asset.sidecarPaths.every((each) => existsSync(each)));
    }
    assertNoPartials(house.root);
    const left = filesBelow(house.root).length;
    assert.equal(left, 4 * names.length, "film, two subtitle files and original of each");
    await house.scan();
    for (const name of names) assert.equal(house.at(name)?.state, "Archived", name);
  });

test("a subtitle file with an endless label costs its film nothing", async (context) => {
  const house = newHouse(context);
  await putClip("remux", join(house.root, "Film.mkv"));
  const label = "forced.".repeat(34);
  writeFileSync(join(house.root, `Film.${label}srt`), "1\n00:00:00,500 --> 00:00:00,900\nHi\n");
  await house.start();
  const asset = await house.becomes("Film.mkv", "Completed", "Failed");
  assert.deepEqual([asset.state, asset.sidecarPaths], ["Completed", []], asset.problemDetail ?? "");
});

/** A name of bytes that are no UTF-8. */
const inFolder = (folder: string, ...name: readonly (string | number)[]): Buffer =>
  Buffer.concat([
    Buffer.from(`${folder}/`),
    ...name.map((each) => (typeof each === "string" ? Buffer.from(each) : Buffer.of(each))),
  ]);

test("a name that is not UTF-8 is told of, left as it is, and never taken for another", async (context) => {
  const house = newHouse(context);
  const twin = await putClip("remux", join(house.root, "bad \uFFFD.mkv"));
  const bad = inFolder(house.root, "bad ", 0xff, ".mkv");
  const clip = await putClip("sound", join(tempFolder(context), "clip.mkv"));
  renameSync(clip, bad);
  writeFileSync(inFolder(house.root, "bad ", 0xff, ".srt"), "goes with a film");
  const inside = inFolder(house.root, "s", 0xe9, "ries");
  mkdirSync(inside);
  writeFileSync(Buffer.concat([inside, Buffer.from("/film.mkv")]), "never read");
  const before = readFileSync(bad);
  const control = await house.start();
  const asset = await house.becomes("bad \uFFFD.mkv", "Completed");
  assert.equal(asset.sizeBytes, readFileSync(twin).length, "it is the file that is rightly called so");
  assert.deepEqual(readFileSync(bad), before);
  const [problem] = await until("it is told", () => {
    const { rootProblems } = control.overview();
    return rootProblems.length > 0 && rootProblems;
  });
  assert.deepEqual([problem?.library, problem?.code], ["films", "name-not-utf8"]);
  assert.match(problem?.detail ?? "", /^2 of them, (?:bad \uFFFD\.mkv|s\uFFFDries) among them$/);
  const server = buildServer(control);
  context.after(() => server.close());
  assert.match(
    (await server.inject("/library")).body,
    /films: There are files whose names are not valid UTF-8/,
  );
  renameSync(bad, join(house.root, "good.mkv"));
  renameSync(inside, join(house.root, "series"));
  await house.scan();
  assert.deepEqual(control.overview().rootProblems, []);
  await house.becomes("good.mkv", "Completed");
});

test("inspect and convert tell of such a name too", async (context) => {
  const folder = tempFolder(context);
  await putClip("plays", join(folder, "good.mp4"));
  writeFileSync(inFolder(folder, "bad ", 0xff, ".mkv"), "never read");
  const inspected = await runCli(context, ["inspect", folder, "--json"]);
  const [bad] = inspected.lines().filter((each) => each.work === "impossible");
  assert.equal((bad?.problem as { readonly code: string } | undefined)?.code, "name-not-utf8");
  const converted = await runCli(context, ["convert", folder, "--encoder", "software"]);
  assert.equal(converted.code, 1);
  assert.match(converted.out, /bad \uFFFD\.mkv: There are files whose names are not valid UTF-8\./);
  assert.match(converted.out, /good\.mp4: plays as it is/);
});
