/** Every other guardrail is seen to hold work back and to let it go on, in the program itself, with a clock. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { newCard } from "./support/card.ts";
import { putClip } from "./support/clips.ts";
import {
  BOTH,
  goesOn,
  historyOf,
  houseWithClock,
  MINUTE_MS,
  pauseOf,
  rests,
} from "./support/guarded-house.ts";
import { newHouse, until } from "./support/orchestrator.ts";
import { fillDisk, smallDisk } from "./support/small-disk.ts";
import { tempFolder } from "./support/temp.ts";

test("a disk over its limit: nothing that goes there is begun, the other library goes on", async (context) => {
  const disk = smallDisk(context, 40e6);
  if (disk === null) return context.skip("no disk may be mounted here");
  const other = join(tempFolder(context), "other");
  mkdirSync(join(disk, "films"));
  mkdirSync(other);
  const { house, pass } = houseWithClock(context, {
    root: join(disk, "films"),
    operational: { max_disk_usage_percent: 90 },
    settings: () => ({ libraries: { films: { root: join(disk, "films") }, other: { root: other } } }),
  });
  const ballast = fillDisk(disk, 3e6);
  await house.start();
  const pause = await rests(house, "disk-over-limit");
  assert.match(
    pause.sentence,
    /The disk of the results of films is 9\d\.\d % full, with \d\.\d MB free; the limit is 90 %/,
  );
  assert.deepEqual(pause.libraries, ["films"]);
  await putClip("remux", join(house.root, "Film.mkv"));
  await putClip("remux", join(other, "Film.mkv"));
  await until("both are scanned", () => {
    house.now().startScan(null);
    return house.now().store.assets.byPath("other", "Film.mkv") && house.at("Film.mkv");
  });
  await until("the other", () => house.now().store.assets.byPath("other", "Film.mkv")?.state === "Completed");
  const waiting = await house.becomes("Film.mkv", "Queued");
  assert.match(house.now().waitingReason(waiting) ?? "", /as full as the settings allow/);
  writeFileSync(ballast, "");
  await goesOn(house, "disk-over-limit", () => pass(16_000));
  await house.becomes("Film.mkv", "Completed");
  assert.deepEqual(historyOf(house, "disk-over-limit"), BOTH);
});

test("a film that does not fit waits, one that fits goes on", async (context) => {
  const disk = smallDisk(context, 60e6);
  if (disk === null) return context.skip("no disk may be mounted here");
  const root = join(tempFolder(context), "films");
  mkdirSync(root);
  const output = join(disk, "results");
  mkdirSync(output);
  const { house, pass } = houseWithClock(context, {
    root,
    library: { output },
    operational: { max_concurrent_copies: 1 },
  });
  const ballast = fillDisk(disk, 2e6);
  const large = await putClip("remux", join(root, "Large.mkv"));
  await house.start();
  await house.becomes("Large.mkv", "Completed");
  const { id } = house.at("Large.mkv") ?? assert.fail(large);
  house.now().pauseQueue();
  await putClip("remux", join(root, "Another.mkv"));
  await putClip("remux", join(root, "Small.mkv"));
  house.now().reprocess(id);
  await house.scan();
  await house.becomes("Small.mkv", "Queued");
  for (const path of ["Large.mkv", "Another.mkv"])
    house.now().store.assets.touch(house.at(path)?.id ?? 0, { expectedBytes: 5e6, priority: 9 });
  house.now().resumeQueue();
  await house.becomes("Small.mkv", "Completed");
  const pause = await rests(house, "no-room");
  assert.match(
    pause.sentence,
    /does not fit .* The next one of films takes about 5\.0 MB, and \d+(\.\d)? [kM]B may still/,
  );
  const waiting = house.at("Large.mkv") ?? assert.fail("the film");
  assert.equal(waiting.state, "Queued");
  assert.match(house.now().waitingReason(waiting) ?? "", /^It takes about 5\.0 MB/);
  writeFileSync(ballast, "");
  await goesOn(house, "no-room", () => pass(16_000));
  await house.becomes("Large.mkv", "Completed");
});

/** What the kernel says, in a folder. */
const newKernel = (context: TestContext) => {
  const proc = tempFolder(context);
  let [busy, idle] = [0, 0];
  mkdirSync(join(proc, "pressure"));
  const memory = (availableMb: number, stalled = 0): void => {
    writeFileSync(
      join(proc, "meminfo"),
      `MemTotal:       8000000 kB\nMemFree: 1 kB\nMemAvailable:   ${availableMb * 1024} kB\n`,
    );
    writeFileSync(
      join(proc, "pressure/memory"),
      `some avg10=90.00 avg60=0.00\nfull avg10=${stalled}.00 avg60=0.00 total=0\n`,
    );
  };
  const work = (percent: number): void => {
    busy += percent * 10;
    idle += (100 - percent) * 10;
    writeFileSync(join(proc, "stat"), `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\ncpu0 1 2 3\n`);
  };
  memory(4000);
  work(5);
  return { machine: { proc, cgroup: join(proc, "none") }, memory, work };
};

test("other programs at work: encodes rest after a minute of it, and go on two minutes after", async (context) => {
  const { machine, work } = newKernel(context);
  const operational = { max_other_load_percent: 60 };
  const { house, pass } = houseWithClock(context, { operational, machine });
  await house.start();
  await until("others are busy", () => {
    work(95);
    pass(11_000);
    return pauseOf(house, "machine-busy");
  });
  assert.match(
    pauseOf(house, "machine-busy")?.sentence ?? "",
    /They use \d+ % of the processor; the limit is 60 %/,
  );
  await putClip("picture", join(house.root, "Film.avi"));
  await house.scan();
  await house.becomes("Film.avi", "Queued");
  await goesOn(house, "machine-busy", () => {
    work(10);
    pass(11_000);
  });
  await house.becomes("Film.avi", "Completed");
  assert.deepEqual(historyOf(house, "machine-busy"), BOTH);
});

test("memory short: nothing new is begun", async (context) => {
  const { machine, memory } = newKernel(context);
  const { house, pass } = houseWithClock(context, { operational: { min_free_memory_mb: "auto" }, machine });
  await house.start();
  memory(200);
  await until("memory is short", () => {
    pass(11_000);
    return pauseOf(house, "memory-short");
  });
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.scan();
  await house.becomes("Film.mkv", "Queued");
  memory(4000, 40);
  pass(11_000);
  await until("it thrashes", () => pauseOf(house, "memory-short")?.sentence.includes("40 % of the time"));
  memory(4000);
  await goesOn(house, "memory-short", () => pass(11_000));
  await house.becomes("Film.mkv", "Completed");
});

test("outside of its hours no encode is begun; fixes are", async (context) => {
  const start = Date.parse("2026-11-30T12:00:00Z");
  let ahead = start - Date.now();
  const now = (): number => Date.now() + ahead;
  const operational = { schedule: ["22:00-07:00"], time_zone: "Europe/Berlin" };
  const house = newHouse(context, { now, operational });
  await putClip("picture", join(house.root, "Picture.avi"));
  await putClip("remux", join(house.root, "Copy.mkv"));
  await house.start();
  await house.becomes("Copy.mkv", "Completed");
  const waiting = await house.becomes("Picture.avi", "Queued");
  assert.match(
    house.now().waitingReason(waiting) ?? "",
    /outside the hours for encodes.* wait until 22:00\.$/,
  );
  assert.equal(pauseOf(house, "outside-hours")?.until, Date.parse("2026-11-30T21:00:00Z"));
  await house.start();
  await rests(house, "outside-hours");
  ahead += 9 * 60 * MINUTE_MS;
  await house.becomes("Picture.avi", "Completed");
  assert.deepEqual(historyOf(house, "outside-hours"), BOTH, "once, also over a restart");
});

test("somebody watches: encodes rest until five minutes after", async (context) => {
  let [films, status, hangs] = [1, 200, false];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? request.headers["x-plex-token"]}`);
    if (hangs) return;
    const playing = { NowPlayingItem: { Name: "Heat", MediaType: "Video" }, PlayState: { IsPaused: false } };
    const entries = [{ UserName: "ann", PlayState: {} }, ...Array.from({ length: films }, () => playing)];
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 200 ? JSON.stringify(entries) : "<html>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { house, pass } = houseWithClock(context, {
    operational: { pause_while_watching: true },
    settings: () => ({ jellyfin: { url, api_key: "k3y" } }),
  });
  await house.start();
  const pause = await rests(house, "somebody-watches");
  assert.match(pause.sentence, /^Somebody is watching\. Jellyfin plays 1 film\./);
  assert.match(asked[0] ?? "", /^\/Sessions\?activeWithinSeconds=120 MediaBrowser Token="k3y"/);
  await putClip("picture", join(house.root, "Film.avi"));
  await house.scan();
  await house.becomes("Film.avi", "Queued");
  films = 0;
  pass(16_000);
  await until("asked again", () => asked.length >= 2);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.ok(pauseOf(house, "somebody-watches"), "it may be a short break");
  status = 500;
  hangs = true;
  await goesOn(house, "somebody-watches", () => pass(20_000));
  await house.becomes("Film.avi", "Completed");
  assert.deepEqual(historyOf(house, "somebody-watches"), BOTH);
});

test("films that fail alike: the lane rests, one at a time is tried, and no film pays for it", async (context) => {
  const card = newCard(context);
  const operational = { pause_after_failures: 3, max_attempts: 1, encoder: "software" };
  const { house, pass } = houseWithClock(context, { operational });
  const names = ["1.avi", "2.avi", "3.avi", "4.avi", "5.avi"];
  for (const name of names) await putClip("picture", join(house.root, name));
  card.set("fails", "Something odd happened");
  await house.start(card.program);
  const pause = await rests(house, "failing-alike");
  assert.match(
    pause.sentence,
    /one after the other, all in the same way\. 3 films in a row: ffmpeg could not convert/,
  );
  assert.ok(pause.until !== null && pause.until > Date.now());
  const states = () => names.map((name) => `${house.at(name)?.state} ${house.at(name)?.attempt}`);
  await until("all wait", () => states().every((each) => each === "Queued 0"));
  const jobs = () =>
    names.reduce((sum, name) => sum + house.now().store.jobs.forAsset(house.at(name)?.id ?? 0, 50).length, 0);
  assert.equal(jobs(), 3);
  pass(5.5 * MINUTE_MS);
  await until("one was tried", () => jobs() === 4 && states().every((each) => each === "Queued 0"));
  await until("it is said", () => pauseOf(house, "failing-alike")?.figure === 4);
  card.set("fails", null);
  pass(11 * MINUTE_MS);
  await goesOn(house, "failing-alike");
  for (const name of names) {
    await house.becomes(name, "Completed");
    pass(MINUTE_MS);
  }
  assert.deepEqual(historyOf(house, "failing-alike"), BOTH);
});

test("after a restart a full disk is known before the first film is begun, and its pause is the same one", async (context) => {
  const disk = smallDisk(context, 40e6);
  if (disk === null) return context.skip("no disk may be mounted here");
  const operational = { max_disk_usage_percent: 90 };
  const { house, pass } = houseWithClock(context, { root: join(disk, "films"), operational });
  fillDisk(disk, 3e6);
  await house.start();
  await rests(house, "disk-over-limit");
  await putClip("remux", join(house.root, "Film.mkv"));
  await house.scan();
  await house.becomes("Film.mkv", "Queued");
  for (let each = 0; each < 2; each++) {
    await house.start();
    await rests(house, "disk-over-limit");
  }
  pass(5 * MINUTE_MS);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.deepEqual(historyOf(house, "disk-over-limit"), ["pause-began"]);
  assert.equal(house.now().store.jobs.forAsset(house.at("Film.mkv")?.id ?? 0, 5).length, 0);
});
