/** moveOriginal and moveWithoutOverwrite over real disks, links and the states that a crash leaves. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  finishFile,
  giveUpMove,
  moveOriginal,
  moveWithoutOverwrite,
  sweepPartials,
} from "../src/edges/library-write.ts";
import { calls, failed, losesAnswer, withoutLinks } from "./support/odd-disk.ts";
import { filesBelow } from "./support/orchestrator.ts";
import { asOther, giveToOther, withoutOtherUser, withoutRoot } from "./support/other-user.ts";
import { isRoot, secondWay } from "./support/small-disk.ts";
import { isProblem } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const OTHER_DISK = "/dev/shm";
const skip = existsSync(OTHER_DISK) ? false : "there is no second disk";

const twoDisks = (context: TestContext) => {
  const [from, to] = [
    join(tempFolder(context), "Film.mkv"),
    join(tempFolder(context, OTHER_DISK), "a", "Film.mkv"),
  ];
  writeFileSync(from, "the original film");
  return { from, to, text: () => readFileSync(to, "utf8") };
};

test("to another disk: copied, compared, then removed; again is nothing", { skip }, async (context) => {
  const { from, to, text } = twoDisks(context);
  await moveOriginal(from, to, "archive-failed");
  await moveOriginal(from, to, "archive-failed");
  assert.equal(text(), "the original film");
  assert.ok(!existsSync(from));
  assert.equal(filesBelow(join(to, "..")).length, 1);
});

/** From a folder that may be written but not read: the original goes, and to make that durable is refused. */
const BLIND = `
import { existsSync } from "node:fs";
import { moveOriginal } from "SRC/edges/library-write.ts";
const code = await moveOriginal("FROM", "TO", "archive-failed").then(() => null, (problem) => problem.code);
console.log(JSON.stringify({ code, isThere: existsSync("FROM"), isCopied: existsSync("TO") }));`;

test("to another disk: a copy stays once the original has gone, whatever fails then", {
  skip: skip || withoutRoot || withoutOtherUser(),
}, (context) => {
  const { from, to, text } = twoDisks(context);
  for (const path of [from, join(from, ".."), join(to, "..", "..")]) giveToOther(path);
  chmodSync(join(from, ".."), 0o333);
  const module = BLIND.replaceAll("FROM", from).replaceAll("TO", to);
  assert.deepEqual(asOther(module), { code: "permission-denied", isThere: false, isCopied: true });
  assert.equal(text(), "the original film");
});

/** A file that may not leave its folder: its copy is of no use. */
test("to another disk: a copy whose original may not leave goes again", {
  skip: skip || withoutRoot || withoutOtherUser(),
}, (context) => {
  const { from, to } = twoDisks(context);
  for (const path of [from, join(to, "..", "..")]) giveToOther(path);
  chmodSync(join(from, ".."), 0o755);
  const module = BLIND.replaceAll("FROM", from).replaceAll("TO", to);
  assert.deepEqual(asOther(module), { code: "permission-denied", isThere: true, isCopied: false });
});

test("to another disk: what a crash left of the copy goes", { skip }, async (context) => {
  const { from, to, text } = twoDisks(context);
  const token = createHash("sha256").update(to).digest("hex").slice(0, 32);
  mkdirSync(join(to, ".."));
  writeFileSync(join(to, "..", `.archive.${token}.partial.copy`), "the orig");
  await moveOriginal(from, to, "archive-failed");
  assert.equal(text(), "the original film");
  assert.deepEqual(filesBelow(join(to, "..")), ["Film.mkv"]);
  await moveOriginal(to, from, "restore-failed");
  assert.deepEqual(filesBelow(join(to, "..")), []);
  assert.equal(readFileSync(from, "utf8"), "the original film");
});

test("to another disk: copied and named, the original not yet removed", { skip }, async (context) => {
  const { from, to, text } = twoDisks(context);
  mkdirSync(join(to, ".."));
  writeFileSync(to, "the original film");
  await moveOriginal(from, to, "archive-failed");
  assert.equal(text(), "the original film");
  assert.ok(!existsSync(from));
});

test("to another disk: another file there stays, and so does the original", { skip }, async (context) => {
  const { from, to, text } = twoDisks(context);
  mkdirSync(join(to, ".."));
  writeFileSync(to, "the original fi1m");
  await assert.rejects(moveOriginal(from, to, "archive-failed"), isProblem("archive-failed"));
  assert.equal(text(), "the original fi1m");
  assert.equal(readFileSync(from, "utf8"), "the original film");
});

test("one name seen over two ways is never taken for two copies", async (context) => {
  const folder = tempFolder(context);
  const film = join(folder, "films", "Film.mkv");
  mkdirSync(join(folder, "films"));
  writeFileSync(film, "the original film");
  symlinkSync(join(folder, "films"), join(folder, "link"));
  for (const to of [film, join(folder, "link", "Film.mkv")]) {
    await assert.rejects(moveOriginal(film, to, "archive-failed"), isProblem("archive-failed"));
    assert.equal(await moveWithoutOverwrite(film, to), false);
  }
  linkSync(film, join(folder, "a hard link of it"));
  await assert.rejects(
    moveOriginal(film, join(folder, "link", "Film.mkv"), "archive-failed"),
    isProblem("archive-failed"),
  );
  assert.equal(readFileSync(film, "utf8"), "the original film");
});

test("a film with hard links elsewhere is not moved onto itself over two ways to one folder", {
  skip: isRoot ? false : "only root can mount a folder a second time",
}, async (context) => {
  const folder = tempFolder(context);
  const [films, again] = [join(folder, "films"), secondWay(context, join(folder, "films"))];
  if (again === null) return context.skip("nothing may be mounted here");
  writeFileSync(join(films, "Film.mkv"), "the original film");
  linkSync(join(films, "Film.mkv"), join(folder, "the same in a download folder"));
  const [from, to] = [join(films, "Film.mkv"), join(again, "Film.mkv")];
  assert.equal(await moveWithoutOverwrite(from, to), false);
  await assert.rejects(moveOriginal(from, to, "archive-failed"), isProblem("archive-failed"));
  assert.deepEqual(filesBelow(films), ["Film.mkv"]);
});

test("a film with hard links elsewhere is moved, and what a crash left of that is finished", async (context) => {
  const folder = tempFolder(context);
  const at = (path: string): string => join(folder, path);
  for (const each of ["films", "originals"]) mkdirSync(at(each));
  writeFileSync(at("films/Film.mkv"), "the original film");
  linkSync(at("films/Film.mkv"), at("downloaded"));
  linkSync(at("films/Film.mkv"), at("originals/Film.mkv"));
  await moveOriginal(at("films/Film.mkv"), at("originals/Film.mkv"), "archive-failed");
  assert.deepEqual(filesBelow(folder), ["downloaded", "originals/Film.mkv"]);
});

for (const [name, from, to] of [
  ["archived", "films/Film.mkv", "originals/Film.mkv"],
  ["brought back", "originals/Film.mkv", "films/Film.mkv"],
] as const)
  test(`${name} without hard links: a rename that is done and said to have failed costs no film`, async (context) => {
    const folder = tempFolder(context);
    for (const each of ["films", "originals"]) mkdirSync(join(folder, each));
    writeFileSync(join(folder, from), "the original film");
    withoutLinks(context);
    losesAnswer(context, "rename", (path) => path.endsWith("Film.mkv"));
    await assert.rejects(
      moveOriginal(join(folder, from), join(folder, to), "archive-failed"),
      isProblem("io-error"),
    );
    assert.equal(readFileSync(join(folder, to), "utf8"), "the original film");
    await moveOriginal(join(folder, from), join(folder, to), "archive-failed");
    assert.deepEqual(filesBelow(folder), [to]);
    assert.equal(readFileSync(join(folder, to), "utf8"), "the original film");
  });

test("without hard links: a rename that is refused leaves the film alone, and nothing of ours", async (context) => {
  const folder = tempFolder(context);
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  writeFileSync(from, "ours");
  withoutLinks(context);
  calls(context, "rename", () => Promise.reject(failed("EIO")));
  await assert.rejects(moveWithoutOverwrite(from, to), isProblem("io-error"));
  assert.deepEqual(filesBelow(folder), ["from"]);
});

test("without hard links: given up after a failure at whatever call, a move leaves the film and nothing else", async (context) => {
  const folder = tempFolder(context);
  const [from, to] = [join(folder, "Film.mkv"), join(folder, "originals", "Film.mkv")];
  let left = -1;
  withoutLinks(context);
  for (const call of ["lstat", "open", "rename", "unlink"] as const)
    calls(context, call, (run, args) => (left-- === 0 ? Promise.reject(failed("EIO")) : run(...args)));
  for (let call = 0, isReached = true; isReached; call++) {
    writeFileSync(from, "the original film");
    left = call;
    const outcome = await moveOriginal(from, to, "archive-failed").then(
      () => "moved",
      () => "failed",
    );
    isReached = left < 0;
    left = -1;
    assert.equal(outcome, isReached ? "failed" : "moved", `call ${call}`);
    await giveUpMove(from, to);
    const [film = "", ...others] = filesBelow(folder);
    assert.deepEqual(others, [], `call ${call}`);
    assert.equal(readFileSync(join(folder, film), "utf8"), "the original film");
    rmSync(join(folder, film));
  }
});

test("without hard links: a file that took the placeholder's name stays when the rename fails", async (context) => {
  const folder = tempFolder(context);
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  writeFileSync(from, "ours");
  withoutLinks(context);
  calls(context, "rename", () => {
    writeFileSync(`${to}.new`, "");
    renameSync(`${to}.new`, to);
    return Promise.reject(failed("EIO"));
  });
  await assert.rejects(moveWithoutOverwrite(from, to), isProblem("io-error"));
  assert.ok(existsSync(to), "an empty file of somebody else");
});

test("without hard links: nothing is made at the new name where the file is not there", async (context) => {
  const folder = tempFolder(context);
  withoutLinks(context);
  await assert.rejects(
    moveWithoutOverwrite(join(folder, "from"), join(folder, "to")),
    isProblem("file-missing"),
  );
  assert.deepEqual(filesBelow(folder), []);
});

test("without hard links: a name that was taken on another disk than the film's is given up", {
  skip,
}, async (context) => {
  const [folder, mountPoint] = [tempFolder(context), tempFolder(context, OTHER_DISK)];
  const [from, to] = [join(folder, "films", "from"), join(folder, "films", "to")];
  mkdirSync(join(folder, "films"));
  writeFileSync(from, "ours");
  withoutLinks(context);
  // Its disk goes away right before the name is taken: what is made then is below its mount point.
  calls(context, "open", (run, args) => {
    if (!existsSync(join(folder, "away"))) {
      renameSync(join(folder, "films"), join(folder, "away"));
      symlinkSync(mountPoint, join(folder, "films"));
    }
    return run(...args);
  });
  await assert.rejects(moveWithoutOverwrite(from, to), isProblem("file-missing"));
  assert.deepEqual(filesBelow(mountPoint), []);
  assert.equal(readFileSync(join(folder, "away", "from"), "utf8"), "ours");
});

test("a name that is taken is not given, whatever has it", async (context) => {
  const folder = tempFolder(context);
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  writeFileSync(from, "ours");
  writeFileSync(to, "");
  assert.equal(await moveWithoutOverwrite(from, to), false);
  const dangling = join(folder, "dangling");
  symlinkSync(join(folder, "nowhere"), dangling);
  assert.equal(await moveWithoutOverwrite(from, dangling), false);
  mkdirSync(join(folder, "folder"));
  assert.equal(await moveWithoutOverwrite(from, join(folder, "folder")), false);
  assert.equal(readFileSync(from, "utf8"), "ours");
  assert.equal(await moveWithoutOverwrite(from, join(folder, "free")), true);
  assert.ok(!existsSync(from));
});

test("a result takes the source's mode and times to the microsecond", async (context) => {
  const folder = tempFolder(context);
  const [path, source] = [join(folder, "result"), join(folder, "source")];
  for (const each of [path, source]) writeFileSync(each, "x", { mode: 0o600 });
  await finishFile(path, source);
  assert.ok(Math.abs(statSync(path).mtimeMs - statSync(source).mtimeMs) < 0.01);
  await assert.rejects(finishFile(path, join(folder, "gone")), isProblem("file-missing"));
});

test("only partial files that nobody owns or changes are swept", async (context) => {
  const folder = tempFolder(context);
  const token = "0123456789abcdef";
  const names = [
    "Film.mkv",
    `.a.${token}.partial.mp4`,
    `.b.${"f".repeat(16)}.partial.en.vtt`,
    ".c.partial.mp4",
  ];
  for (const name of names) writeFileSync(join(folder, name), "x");
  assert.equal(await sweepPartials(folder, (_, ageMs) => ageMs > 60_000), 0);
  assert.equal(await sweepPartials(folder, (other) => other !== token), 1);
  assert.deepEqual(filesBelow(folder), [`.a.${token}.partial.mp4`, ".c.partial.mp4", "Film.mkv"]);
  assert.equal(await sweepPartials(join(folder, "nowhere"), () => true), 0);
});
