/** To whom belongs what is made for a film; and what may not be written is found before the work. */
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { moveOriginal, prepareFolder } from "../src/edges/library-write.ts";
import { publish } from "../src/steps/publish.ts";
import { putClip } from "./support/clips.ts";
import { filesBelow, newHouse, standIn } from "./support/orchestrator.ts";
import { asOther, giveToOther, NOBODY, withoutOtherUser, withoutRoot } from "./support/other-user.ts";
import { tempFolder } from "./support/temp.ts";
import { onDisk } from "./support/verified.ts";

const [OWNER, GROUP] = [1234, 2345];
const withoutOtherDisk = existsSync("/dev/shm") ? false : "there is no second disk";
const TOKEN = "0123456789abcdef";

/** Owner, group, mode in octal and the second of the last change. */
const rightsOf = (path: string) => {
  const { uid, gid, mode, mtimeMs } = statSync(path);
  return [uid, gid, (mode & 0o7777).toString(8), Math.floor(mtimeMs / 1000)];
};

test("film and subtitles get owner, group, mode and times of the original", {
  skip: withoutRoot,
}, async (context) => {
  const { deps, input, asset, store } = await onDisk(context, "keep");
  chownSync(input.sourcePath, OWNER, GROUP);
  chmodSync(input.sourcePath, 0o640);
  const made = await publish(deps, input);
  assert.equal(store.assets.byId(asset.id)?.state, "Completed");
  assert.equal(made.sidecarPaths.length, 1);
  for (const path of [made.outputPath ?? "", ...made.sidecarPaths])
    assert.deepEqual(rightsOf(path), rightsOf(input.sourcePath), path);
  assert.deepEqual(rightsOf(input.sourcePath).slice(0, 3), [OWNER, GROUP, "640"]);
});

test("folders that are made, however deep, get owner, group and mode of the film's folder", {
  skip: withoutRoot,
}, async (context) => {
  const root = tempFolder(context);
  const [like, folder] = [join(root, "films"), join(root, "ready", "a", "b")];
  mkdirSync(like);
  chownSync(like, OWNER, GROUP);
  chmodSync(like, 0o2750);
  await prepareFolder(folder, TOKEN, like);
  for (const each of [folder, dirname(folder), dirname(dirname(folder))])
    assert.deepEqual(rightsOf(each).slice(0, 3), [OWNER, GROUP, "2750"], each);
  const before = rightsOf(root);
  await prepareFolder(root, TOKEN, like);
  assert.deepEqual(rightsOf(root).slice(0, 3), before.slice(0, 3), "one that was there keeps its own");
});

test("an original that goes to another disk and comes back keeps all of it, and so do the folders", {
  skip: withoutRoot || withoutOtherDisk,
}, async (context) => {
  const folder = join(tempFolder(context), "films");
  const [film, archived] = [
    join(folder, "Film.mkv"),
    join(tempFolder(context, "/dev/shm"), "deep", "er", "Film.mkv"),
  ];
  mkdirSync(folder);
  writeFileSync(film, "the original film");
  chmodSync(film, 0o604);
  utimesSync(film, 1_500_000_000, 1_500_000_000);
  for (const path of [folder, film]) chownSync(path, OWNER, GROUP);
  const before = rightsOf(film);
  await moveOriginal(film, archived, "archive-failed");
  assert.deepEqual(rightsOf(archived), before);
  for (const each of [dirname(archived), dirname(dirname(archived))])
    assert.deepEqual(rightsOf(each).slice(0, 3), [OWNER, GROUP, "755"]);
  await moveOriginal(archived, film, "restore-failed");
  assert.deepEqual(rightsOf(film), before);
});

/** As a user who is in the film's group, and owns nothing. */
const IN_GROUP = `
import { statSync, writeFileSync } from "node:fs";
import { finishFile, prepareFolder } from "SRC/edges/library-write.ts";
writeFileSync("FOLDER/result", "a result");
await finishFile("FOLDER/result", "FOLDER/films/Film.mkv");
await prepareFolder("FOLDER/ready/a", "${TOKEN}", "FOLDER/films");
console.log(JSON.stringify(["result", "ready", "ready/a"].map((name) => {
  const { uid, gid, mode } = statSync("FOLDER/" + name);
  return [uid, gid, (mode & 0o7777).toString(8)];
})));`;

test("who is not root gives the group at least, and what it made stays usable for it", {
  skip: withoutRoot || withoutOtherUser(),
}, (context) => {
  const folder = tempFolder(context);
  const films = join(folder, "films");
  mkdirSync(films);
  writeFileSync(join(films, "Film.mkv"), "a film");
  for (const path of [films, join(films, "Film.mkv")]) chownSync(path, OWNER, GROUP);
  chmodSync(join(films, "Film.mkv"), 0o060);
  chmodSync(films, 0o575);
  giveToOther(folder);
  assert.deepEqual(asOther(IN_GROUP.replaceAll("FOLDER", folder), [GROUP]), [
    [NOBODY, GROUP, "460"],
    [NOBODY, GROUP, "775"],
    [NOBODY, GROUP, "775"],
  ]);
});

/** As a user who may not write there: a result that is to be made, and an original that is to leave. */
const REFUSED = `
import { requireWritable } from "SRC/edges/folder-rights.ts";
import { prepareFolder } from "SRC/edges/library-write.ts";
const said = (work) => work.then(() => null, ({ code, detail }) => [code, detail]);
console.log(JSON.stringify([
  await said(prepareFolder("FOLDER/films", "${TOKEN}", "FOLDER/films")),
  await said(prepareFolder("FOLDER/films/ready/a", "${TOKEN}", "FOLDER/films")),
  await said(requireWritable("FOLDER/films/Film.mkv", null)),
  await said(requireWritable("FOLDER/Film.mkv", "FOLDER/films/archive/Film.mkv")),
  await said(requireWritable("FOLDER/Film.mkv", "FOLDER/archive/Film.mkv")),
]));`;

test("a refused folder is named with the user, its owner and mode, and with the command that mends it", {
  skip: withoutRoot || withoutOtherUser(),
}, (context) => {
  const folder = tempFolder(context);
  const films = join(folder, "films");
  mkdirSync(films);
  chownSync(films, OWNER, GROUP);
  chmodSync(films, 0o755);
  giveToOther(folder);
  const said = asOther(REFUSED.replaceAll("FOLDER", folder)) as readonly (readonly [string, string] | null)[];
  assert.deepEqual(
    said.map((each) => each?.[0] ?? null),
    [...Array(4).fill("folder-not-writable"), null],
    "and a folder that can be made is none",
  );
  const [here = "", deep = "", leaving, archive = ""] = said.map((each) => each?.[1] ?? "");
  const whose = `belongs to 1234:2345 \\(1234:2345\\), mode 755 \\(rwxr-xr-x\\)\\. `;
  assert.match(
    here,
    new RegExp(
      `\\(uid ${NOBODY}\\), groups .* cannot write in ${films}, which ${whose}\`sudo setfacl .* ${films}\``,
    ),
  );
  assert.equal(leaving, here);
  assert.match(
    deep,
    new RegExp(`cannot make ${films}/ready: ${films} ${whose}\`sudo install -d .* ${films}/ready\``),
  );
  assert.match(archive, new RegExp(`cannot make ${films}/archive: `));
  assert.deepEqual(readdirSync(folder), ["films"], "nothing was made");
});

for (const [name, library] of [
  ["an archive", { original: "archive", archive: "named" }],
  ["a folder of results", { output: "named" }],
] as const)
  test(`${name} that cannot be written to is found before ffmpeg is started`, async (context) => {
    const folder = tempFolder(context);
    mkdirSync(join(folder, "named"));
    writeFileSync(join(folder, "named", "a"), "no folder");
    const places = Object.entries(library).map(([key, value]) => [
      key,
      value.replace("named", join(folder, "named")),
    ]);
    const house = newHouse(context, { library: Object.fromEntries(places) });
    await putClip("remux", join(house.root, "a", "Film.mkv"));
    await house.start(standIn("hangs"));
    const { problem, asset } = await house.failsOnce("a/Film.mkv");
    assert.equal(problem, "folder-not-writable", `${asset.problemDetail}`);
    const job = house.now().store.jobs.forAsset(asset.id, 1)[0];
    assert.deepEqual(job?.command, [], "nothing was run");
    assert.equal(
      job?.problemDetail?.split(".")[0],
      `${join(folder, "named", "a")} is a file where a folder should be`,
    );
    assert.deepEqual(filesBelow(house.root), ["a/Film.mkv"]);
  });

test("a film that is really converted, its folder of results and its archive, all on another disk", {
  skip: withoutRoot || withoutOtherDisk,
}, async (context) => {
  const elsewhere = tempFolder(context, "/dev/shm");
  const [output, archive] = [join(elsewhere, "ready"), join(elsewhere, "originals")];
  const house = newHouse(context, { library: { output, original: "archive", archive } });
  for (const each of [output, archive]) mkdirSync(each);
  const folder = join(house.root, "deep");
  const film = join(folder, "Film.mkv");
  mkdirSync(folder);
  await putClip("remux", film);
  for (const path of [folder, film]) chownSync(path, OWNER, GROUP);
  chmodSync(film, 0o640);
  chmodSync(folder, 0o750);
  utimesSync(film, 1_500_000_000, 1_500_000_000);
  const before = rightsOf(film);
  await house.start();
  await house.becomes("deep/Film.mkv", "Archived");
  for (const path of [join(output, "deep", "Film.mp4"), join(archive, "deep", "Film.mkv")])
    assert.deepEqual(rightsOf(path), before, path);
  for (const path of [join(output, "deep"), join(archive, "deep")])
    assert.deepEqual(rightsOf(path).slice(0, 3), [OWNER, GROUP, "750"], path);
});
