/** Problems of a library's folders and files, and of what is published into them. */
import { linkSync, mkdirSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { WRITING } from "../../../src/apps/job.ts";
import { finalPaths } from "../../../src/core/output-paths.ts";
import { fingerprintFile } from "../../../src/edges/library-walk.ts";
import { writePartial } from "../../../src/edges/library-write.ts";
import { publish, sameSource } from "../../../src/steps/publish.ts";
import { restore } from "../../../src/steps/restore.ts";
import { newLibrary } from "../library.ts";
import { newHouse, until } from "../orchestrator.ts";
import { asOther, giveToOther } from "../other-user.ts";
import { NOW } from "../store.ts";
import { tempFolder } from "../temp.ts";
import { onDisk, verified } from "../verified.ts";
import { limitedTo } from "../watching.ts";
import { type Maker, type Met, thrown } from "./maker.ts";

/** A library that was scanned, and what a scan says once `change` was done to its folder. */
const scanned = async (context: TestContext, change: (root: string) => void): Promise<Met> => {
  const library = newLibrary(context);
  library.write("Film.mkv", "a film");
  await library.scan();
  change(library.root);
  return (await library.scan()).problem;
};

/** Asked by a user to whom the folder belongs, but not what is in it. */
const REFUSED = `
import { fingerprintFile } from "SRC/edges/library-walk.ts";
import { prepareFolder, writePartial } from "SRC/edges/library-write.ts";
const codeOf = (work) => work.then(() => null, (problem) => problem.code);
console.log(JSON.stringify([
  await codeOf(fingerprintFile("FOLDER/secret.mkv", 6)),
  await codeOf(prepareFolder("FOLDER/closed", "0123456789abcdef", "FOLDER")),
  await codeOf(writePartial("FOLDER/closed/.partial", "text")),
]));`;

let said: readonly Met[] | null = null;

/** One process asks for all that it is refused. */
const askAll = (context: TestContext): readonly Met[] => {
  const folder = tempFolder(context);
  writeFileSync(join(folder, "secret.mkv"), "a film", { mode: 0o000 });
  mkdirSync(join(folder, "closed"), { mode: 0o555 });
  giveToOther(folder);
  return asOther(REFUSED.replaceAll("FOLDER", folder)) as readonly Met[];
};

const refused =
  (index: number): Maker =>
  async (context) => {
    said ??= askAll(context);
    return said[index];
  };

const ofFiles = {
  "watch-limit": async (context) => {
    const watchFolder = limitedTo(0);
    const house = newHouse(context, { watches: true, watchFolder });
    const { overview } = await house.start();
    return (await until("it is told", () => overview().warnings[0]))?.code;
  },
  "root-missing": (context) => scanned(context, (root) => rmSync(root, { recursive: true })),
  "root-empty": (context) => scanned(context, (root) => unlinkSync(join(root, "Film.mkv"))),
  "root-other-device": async (context) => {
    const other = tempFolder(context, "/dev/shm");
    writeFileSync(join(other, "Another.mkv"), "another film");
    return scanned(context, (root) => {
      rmSync(root, { recursive: true });
      symlinkSync(other, root);
    });
  },
  "folder-away": async (context) => {
    const { deps, input, root } = await onDisk(context, "archive");
    return thrown(() => publish(deps, { ...input, archivePath: join(`${root}-archive`, "Film.mkv") }));
  },
  "file-missing": (context) => thrown(() => fingerprintFile(join(tempFolder(context), "Film.mkv"), 1)),
  "file-unreadable": refused(0),
  "folder-not-writable": refused(1),
  "permission-denied": refused(2),
  "source-changed": async (context) => {
    const { input } = await verified(context, []);
    utimesSync(input.sourcePath, 1, 1);
    return thrown(() => sameSource({ files: WRITING }, input.asset, input.sourcePath));
  },
  // A device that is always full, and a file whose first byte cannot be written.
  "disk-full": () => thrown(() => writePartial("/dev/full", "a subtitle")),
  "io-error": () => thrown(() => writePartial("/proc/self/mem", "a subtitle")),
  "publish-failed": async (context) => {
    const { store, input } = await verified(context, []);
    for (const path of finalPaths(input.folder, input.sourcePath)) linkSync(input.sourcePath, path);
    return thrown(() => publish({ store, files: WRITING, now: () => NOW }, input));
  },
  "archive-failed": async (context) => {
    const { deps, input, root } = await onDisk(context, "archive");
    mkdirSync(join(root, ".chromecast-originals"));
    writeFileSync(join(root, ".chromecast-originals", "Film.mkv"), "another film");
    return (await publish(deps, input)).problemCode;
  },
  "original-kept": async (context) => {
    const { deps, input } = await onDisk(context, "delete");
    return (await publish(deps, { ...input, missing: ["sound track 2 is left out"] })).problemCode;
  },
  "restore-failed": async (context) => {
    const { deps, settling, input } = await onDisk(context, "archive");
    const asset = await publish(deps, input);
    writeFileSync(input.sourcePath, "a stranger's");
    return thrown(() => restore(settling, asset, input.sourcePath));
  },
} satisfies Record<string, Maker>;

export const OF_FILES: typeof ofFiles = ofFiles;
