/** What still fits on the disks: what is in work counts, and a disk that does not answer holds nobody up. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { JobProgress } from "../src/apps/control.ts";
import { createDiskRooms } from "../src/apps/disk-rooms.ts";
import { createDisks, type DiskSpace } from "../src/edges/disks.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { newBench } from "./support/running.ts";
import { queue } from "./support/store.ts";

const MOVIES = { root: "/movies", output: "/results", original: "archive", archive: "/archive" };
const operational = { encoder: "software", gpu_only: false, max_disk_usage_percent: 90 };

const space = (device: number, freeBytes: number, usedPercent: number): DiskSpace => ({
  kind: "space",
  device,
  totalBytes: 1000e9,
  freeBytes,
  usedPercent,
});

type Spaces = Readonly<Record<string, DiskSpace>>;
const GONE: DiskSpace = { kind: "unknown", why: "it is not there" };

const newRooms = (context: TestContext, spaces: Spaces, libraries: object = { movies: MOVIES }) => {
  const { running } = newBench(context, "/films", undefined, { libraries, operational });
  const progress = new Map<number, JobProgress>();
  const disks = createDiskRooms({ ...running, progress }, "/data", async (path) => spaces[path] ?? GONE);
  return { ...running, progress, disks };
};

const film = (
  { store }: ReturnType<typeof newRooms>,
  path: string,
  expectedBytes: number,
  sizeBytes = 1e9,
): Asset => {
  const { id } = queue(store, path, { library: "movies", sizeBytes });
  store.assets.touch(id, { expectedBytes });
  return store.assets.byId(id) ?? assert.fail("the film");
};

test("what is in work and what is begun are taken off, and an archive on another disk counts", async (context) => {
  const house = newRooms(context, {
    "/movies": space(1, 50e9, 50),
    "/results": space(2, 200e9, 80),
    "/archive": space(3, 300e9, 70),
  });
  const running = film(house, "Running.mkv", 40e9);
  house.store.assets.claim({ works: ["copy"], token: "t", now: 1, id: running.id });
  house.progress.set(running.id, { bytes: 15e9 } as JobProgress);
  await house.disks.read();
  // 200 GB free are 20 %: to 90 % it is 100 GB, less the 25 GB that are still to be written.
  assert.deepEqual(house.disks.rooms().movies, { results: 75e9, archive: 199e9 });
  house.disks.took(film(house, "Next.mkv", 70e9, 8e9));
  assert.deepEqual(house.disks.rooms().movies, { results: 5e9, archive: 191e9 });
  await house.disks.read();
  assert.deepEqual(house.disks.rooms().movies?.results, 75e9, "the disk itself says it from now on");
});

test("an original that is archived on its own disk takes nothing, and what is not known anything", async (context) => {
  const house = newRooms(context, { "/movies": space(1, 50e9, 95), "/archive": space(1, 50e9, 95) });
  await house.disks.read();
  assert.deepEqual(house.disks.rooms().movies, { results: null, archive: null });
});

test("the first that fits is claimed, whatever its place", async (context) => {
  const house = newRooms(context, { "/movies": space(1, 5e9, 50), "/results": space(2, 200e9, 80) });
  for (let each = 0; each < 300; each++) film(house, `Large ${each}.mkv`, 120e9, each < 150 ? 1e6 : 3e6);
  const small = film(house, "Small.mkv", 10e9, 2e6);
  await house.disks.read();
  const rooms = house.disks.rooms();
  const claim = (token: string) =>
    house.store.assets.claim({ works: ["copy"], libraries: ["movies"], rooms, token, now: 1 });
  assert.equal(claim("a")?.id, small.id);
  assert.equal(claim("b"), null);
  assert.equal(house.disks.tooLarge()[0]?.needsBytes, 120e9);
});

test("of disks that hang two are asked and no more, and each once", async (context) => {
  const names = ["a", "b", "c", "d"];
  const libraries = Object.fromEntries(names.map((name) => [name, { root: `/${name}` }]));
  const { running } = newBench(context, "/films", undefined, { libraries, operational });
  const asked: string[] = [];
  const diskOf = createDisks(20, (path) => {
    asked.push(path);
    return new Promise(() => {});
  });
  const disks = createDiskRooms(running, "/data", diskOf);
  for (let each = 0; each < 3; each++) await disks.read();
  assert.deepEqual(asked, ["/a", "/b"]);
  assert.deepEqual(disks.rooms().a, { results: null, archive: null });
});
