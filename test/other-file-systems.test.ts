/**
 * The whole way on real file systems that have no hard links, know no case or spread one folder over several disks:
 * exFAT and a mergerfs pool. Needs root, /dev/fuse and those programs; says so where it cannot be tried.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { putClip } from "./support/clips.ts";
import { assertNoPartials, filesBelow, type House, newHouse, sha256 } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: "utf8" }).trim();

const canMount = process.getuid?.() === 0 && existsSync("/dev/fuse");
const skipWithout = (...programs: readonly string[]): string | false => {
  const missing = programs.filter((each) => !has(each));
  return !canMount
    ? "needs root and /dev/fuse"
    : missing.length > 0 && `not installed: ${missing.join(", ")}`;
};

type Mounted = { readonly root: string; readonly unmount: () => void };

const exfat = (context: TestContext): Mounted => {
  const folder = tempFolder(context);
  const [image, at] = [join(folder, "disk"), join(folder, "mount")];
  writeFileSync(image, "");
  truncateSync(image, 64 * 2 ** 20);
  run("mkfs.exfat", image);
  mkdirSync(at);
  const device = run("losetup", "-f", "--show", image);
  run("mount.exfat-fuse", device, at);
  const unmount = (): void => {
    run("umount", at);
    run("losetup", "-d", device);
  };
  return { root: join(at, "films"), unmount };
};

/** Two disks as one folder; new files go to the first, so the second's film and its result lie on different ones. */
const pool = (context: TestContext): Mounted => {
  const folder = tempFolder(context);
  const disks = ["one", "two"].map((name) => join(folder, name));
  for (const disk of disks) mkdirSync(join(disk, "films"), { recursive: true });
  const at = join(folder, "pool");
  mkdirSync(at);
  run("mergerfs", "-o", "category.create=ff", disks.join(":"), at);
  return { root: join(at, "films"), unmount: () => void run("umount", at) };
};

/** A house on it. Unmounted before the temporary folder is removed, whatever happens: else films would go with it. */
const living = async (
  context: TestContext,
  { root, unmount }: Mounted,
  original: "keep" | "archive",
  body: (house: House) => Promise<void>,
): Promise<void> => {
  const house = newHouse(context, { root, library: { original } });
  try {
    await body(house);
    assertNoPartials(root);
  } finally {
    await house.stop();
    unmount();
  }
};

const KINDS = [
  { name: "exFAT", mount: exfat, skip: skipWithout("mkfs.exfat", "mount.exfat-fuse", "losetup") },
  { name: "mergerfs", mount: pool, skip: skipWithout("mergerfs") },
] as const;

for (const { name, mount, skip } of KINDS) {
  test(`${name}: converted, archived, brought back`, { skip }, (context) =>
    living(context, mount(context), "archive", async (house) => {
      const source = await putClip("subtitled", join(house.root, "a", "Film.mkv"));
      const before = sha256(source);
      await house.start();
      const archived = await house.becomes("a/Film.mkv", "Archived", "Failed");
      assert.equal(archived.state, "Archived", archived.problemDetail ?? "");
      assert.equal(archived.problemCode, null);
      assert.equal(sha256(archived.archivePath ?? ""), before);
      assert.deepEqual(filesBelow(join(house.root, "a")), ["Film.en.srt", "Film.en.vtt", "Film.mp4"]);
      await house.now().restore(archived.id);
      await house.becomes("a/Film.mkv", "Queued");
      assert.equal(sha256(source), before);
      const aside = ["Film.en.srt", "Film.en.vtt", "Film.mp4"].map((each) => `.chromecast-set-aside/${each}`);
      assert.deepEqual(filesBelow(join(house.root, "a")), [...aside, "Film.mkv"]);
    }),
  );

  test(`${name}: a name that somebody has is theirs`, { skip }, (context) =>
    living(context, mount(context), "keep", async (house) => {
      await putClip("remux", join(house.root, "Film.mkv"));
      // exFAT takes it for the name that the result would have.
      const theirs = join(house.root, name === "exFAT" ? "FILM.MP4" : "Film.mp4");
      writeFileSync(theirs, "somebody's");
      await house.start();
      const asset = await house.becomes("Film.mkv", "Completed", "Failed");
      assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
      assert.equal(asset.outputPath, join(house.root, "Film.chromecast.mp4"));
      assert.equal(readFileSync(theirs, "utf8"), "somebody's");
    }),
  );
}

test(
  "mergerfs: a film on the second disk, its result on the first",
  {
    skip: KINDS[1].skip,
  },
  (context) =>
    living(context, pool(context), "archive", async (house) => {
      const { root } = house;
      const source = await putClip("remux", join(root, "..", "..", "two", "films", "b", "Film.mkv"));
      const before = sha256(source);
      await house.start();
      const asset = await house.becomes("b/Film.mkv", "Archived", "Failed");
      assert.deepEqual([asset.state, asset.problemCode], ["Archived", null], asset.problemDetail ?? "");
      assert.equal(sha256(asset.archivePath ?? ""), before);
      await house.now().restore(asset.id);
      assert.equal(sha256(join(root, "b", "Film.mkv")), before);
    }),
);
