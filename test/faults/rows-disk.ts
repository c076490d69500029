/** Disks that are really full: a small tmpfs in the place of the library, of the data folder, or of the archive. */
import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, checkEnd, checkKilled, startAnew } from "./bench.ts";
import { checkLeftovers, type Violation } from "./invariants.ts";
import { type Desk, HOURS_MS, type Row, runCounted, SPEED } from "./rows.ts";

const LIFE_MS = 3000;
/** No size at all would be no limit. */
const PAGE_BYTES = 4096;
const ROOM_BYTES = 256 * 2 ** 20;

const run = (command: string, ...args: readonly string[]): void =>
  void execFileSync(command, args, { stdio: "ignore" });

/** Whether disks may be mounted here: tried on a folder of its own, so that nothing of anybody is ever covered. */
export const mayMount = (): boolean => {
  const folder = mkdtempSync(join(tmpdir(), "cvc-faults-mount-"));
  try {
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
    // Lazily: a program that looks in there at this moment does not keep it mounted.
    run("umount", "-l", folder);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
};

const bytesBelow = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    // A page is the least that a file takes.
    .reduce(
      (sum, each) =>
        sum + PAGE_BYTES * (1 + Math.ceil(lstatSync(join(each.parentPath, each.name)).size / PAGE_BYTES)),
      0,
    );

/** Puts a disk with `freeBytes` left in the place of `disk`, with all that was in it; works; makes room; works again. */
const onSmallDisk = async (desk: Desk, disk: Disk, freeBytes: number): Promise<readonly Violation[]> => {
  const { bench, tally } = desk;
  const folder = bench.place[disk];
  await startAnew(bench);
  const aside = join(bench.place.folder, "aside");
  run("rm", "-rf", aside);
  run("cp", "-a", folder, aside);
  run(
    "mount",
    "-t",
    "tmpfs",
    "-o",
    `size=${Math.max(PAGE_BYTES, bytesBelow(folder) + freeBytes)}`,
    "tmpfs",
    folder,
  );
  try {
    run("cp", "-a", `${aside}/.`, folder);
    tally.faults++;
    const full = await runCounted(desk, { plan: { speed: SPEED }, lifeMs: LIFE_MS });
    // Without room for its own files it may refuse to start, and says so.
    const found: Violation[] =
      full.kind === "stuck" ? [{ kind: "stuck", what: `it did not end: ${full.said}` }] : [];
    found.push(...(await checkKilled(bench)), ...(full.kind === "idle" ? checkLeftovers(bench.place) : []));
    run("mount", "-o", `remount,size=${ROOM_BYTES}`, folder);
    const roomy = await runCounted(desk, { plan: { aheadMs: HOURS_MS } });
    return [...found, ...checkEnd(bench, roomy, { mayKeep: disk === "archive" })];
  } finally {
    run("umount", "-l", folder);
  }
};

/** Kilobytes that are left. */
const LEFT = {
  root: [0, 8, 100, 250, 340, 400, 600, 680, 720, 760],
  data: [0, 8, 16, 32, 64, 128],
  archive: [0, 100, 300],
} as const;
type Disk = keyof typeof LEFT;

/** On the disk of the library, of the data folder and, where that is another, of the archive. */
export const diskRows = ({ place }: Bench): readonly Row[] => {
  const { name, isFar } = place.scenario;
  const disks = [["root", "data"], isFar ? ["archive"] : []].flat() as readonly Disk[];
  return disks.flatMap((disk) =>
    LEFT[disk].map((kilobytes) => ({
      name: `full/${name}/${disk}/${kilobytes} kB`,
      scenario: name,
      run: (desk) => onSmallDisk(desk, disk, kilobytes * 1024),
    })),
  );
};
