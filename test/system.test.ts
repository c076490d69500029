/** What the machine says of itself, and what the doctor says on the page. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext, test } from "node:test";
import { databaseFindings } from "../src/apps/doctor/database.ts";
import { databaseFindingsAside } from "../src/apps/doctor/database-thread.ts";
import { systemAnswer } from "../src/apps/http/answers/system.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createSystem } from "../src/apps/system.ts";
import { createDisks, type DiskSpace } from "../src/edges/disks.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { readCards } from "../src/edges/gpu.ts";
import { createLog } from "../src/edges/log.ts";
import { openLibrary } from "../src/edges/store/open-library.ts";
import { suite } from "./support/server.ts";
import { tempFolder } from "./support/temp.ts";

/** A stand-in for nvidia-smi. */
const program = (context: TestContext, script: string): string => {
  const file = join(tempFolder(context), "nvidia-smi");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};

describe("a card", () => {
  it("is read from nvidia-smi", async (context) => {
    const found = await readCards(program(context, 'echo "0, GPU-1, Tesla T4, 535.1, 40, 0, 0, 15360, 0"'));
    assert.equal(found.kind === "cards" && found.cards[0]?.name, "Tesla T4");
  });

  it("is not waited for longer than its time", async (context) => {
    const startedAt = performance.now();
    const found = await readCards(program(context, "exec sleep 30"), 300);
    assert.deepEqual(found, { kind: "none", why: "nvidia-smi did not answer within 0.3 s" });
    assert.ok(performance.now() - startedAt < 10_000);
  });

  it("is none where there is no such program, or it says what is wrong", async (context) => {
    assert.deepEqual(await readCards("/no/such/nvidia-smi"), {
      kind: "none",
      why: "nvidia-smi is not installed",
    });
    const broken = program(context, 'echo "NVIDIA-SMI has failed"; exit 9');
    assert.deepEqual(await readCards(broken), { kind: "none", why: "NVIDIA-SMI has failed" });
  });
});

describe("the disk of a folder", () => {
  it("says what is free, and why it does not", async (context) => {
    const diskOf = createDisks();
    const found = await diskOf(tempFolder(context));
    assert.ok(found.kind === "space" && found.totalBytes > found.freeBytes && found.usedPercent <= 100);
    assert.deepEqual(await diskOf("/no/such/folder"), { kind: "unknown", why: "it is not there" });
  });

  it("that does not answer is asked once, however often one looks", async () => {
    let asked = 0;
    const diskOf = createDisks(20, () => {
      asked++;
      return new Promise<DiskSpace>(() => {});
    });
    for (const _ of [1, 2, 3])
      assert.deepEqual(await diskOf("/share"), {
        kind: "unknown",
        why: "it does not answer",
        isLate: true,
      });
    assert.equal(asked, 1);
  });
});

test("the real machine says how it stands, and the doctor what it looked at", async (context) => {
  const folder = tempFolder(context);
  const [root, data] = [join(folder, "films"), join(folder, "data")];
  mkdirSync(root);
  const settings = settingsFrom({
    libraries: { films: { root }, away: { root: join(folder, "away") } },
    operational: { gpu_only: false },
  });
  const store = await openLibrary(data, Date.now());
  context.after(store.close);
  const ending = new AbortController();
  const deps = {
    store,
    settings,
    ffmpeg: createFfmpeg(),
    log: createLog("silent"),
    now: Date.now,
    signal: ending.signal,
  };
  const system = createSystem(deps, {
    dataDirectory: data,
    lastLook: () => null,
    speeds: { now: () => ({ state: "idle", measured: [] }), again: () => {} },
    probe: () => {},
  });
  const facts = await system.facts();
  const said = systemAnswer
    .omit({ checks: true, kept: true, servers: true, watching: true })
    .strict()
    .parse(facts);
  assert.deepEqual(said, facts, "the API describes all of it");
  assert.match(facts.versions.ffmpeg ?? "", /\d/);
  assert.ok(facts.database.sizeBytes > 0);
  const disk = facts.disks.find((each) => each.folders.some(({ what }) => what === "films"));
  assert.deepEqual(
    disk?.folders.map(({ what }) => what),
    ["films", "data"],
    "what lies on one disk is one",
  );
  const away = facts.disks.find((each) => each.space === null);
  assert.deepEqual(
    [away?.folders, away?.why],
    [[{ what: "away", path: join(folder, "away") }], "it is not there"],
  );

  assert.deepEqual(system.checks(), { at: null, isRunning: false, findings: [] });
  system.check();
  system.check();
  assert.equal(system.checks().isRunning, true);
  await system.idle();
  const { at, isRunning, findings } = system.checks();
  assert.ok(at !== null && !isRunning);
  const stateOf = (check: string) =>
    findings.filter((each) => each.check === check).map((each) => each.state);
  assert.deepEqual(stateOf("database"), ["ok"]);
  assert.deepEqual(stateOf("encoder libx264"), ["ok"]);
  assert.deepEqual([stateOf("library films"), stateOf("library away")], [["ok"], ["bad"]]);
});

test("the database is read in a thread with the same result, and the thread ends with the program", async (context) => {
  const data = tempFolder(context);
  const store = await openLibrary(data, Date.now());
  context.after(store.close);
  assert.deepEqual(await databaseFindingsAside(data), [...databaseFindings(data)]);
  await assert.rejects(databaseFindingsAside(data, AbortSignal.abort()), /ended with/);
});

suite("the system over HTTP", (the) => {
  const browser = { host: "localhost:9000", accept: "text/html" };

  test("the page shows the machine, from when work rests, and what is wrong with the mend", async () => {
    const { body } = await the().app.inject("/system");
    for (const text of [
      /NVIDIA GeForce GTX 1660 SUPER/,
      /61 °C<\/p>[\s\S]*Encodes rest from 85 °C, as the/,
      /95 % used, over 90 %/,
      /Nothing is begun that writes to a disk fuller than 90 %, as the/,
      /Not known: it does not answer\./,
      /7\.1\.1-1\+b1 &lt;debian&gt;/,
      /<strong>movies<\/strong> New films are noticed at once\.[\s\S]*nothing was missed\.[\s\S]*812 folders, by this program/,
      /<strong>series<\/strong> New films are noticed within 1 min[\s\S]*96 folders, by a watcher elsewhere[\s\S]*\(NFS\)/,
      /folders of series<\/strong>[\s\S]*sudo chown -R films: &#39;\/films\/series&#39;/,
    ])
      assert.match(body, text);
  });

  test("the first look starts the doctor, the button starts it again, and it is followed until it ends", async () => {
    const { app, control } = the();
    assert.equal(control.system.checkCount(), 1);
    assert.match((await app.inject("/system/checks")).body, /hx-trigger="every 1s"[\s\S]*Checking… 4 things/);
    control.system.setChecks({ ...control.system.checks(), isRunning: false, at: Date.now() });
    const { body } = await app.inject("/system/checks");
    assert.doesNotMatch(body, /every 1s/);
    assert.match(body, /1 thing needs you\./);
    await app.inject("/system");
    assert.equal(control.system.checkCount(), 1, "a look alone does not start it again");
    const form = await app.inject({ method: "POST", url: "/system/check", headers: browser });
    assert.deepEqual([form.statusCode, form.headers.location], [303, "/system?done=check#checks"]);
    assert.equal((await app.inject({ method: "POST", url: "/api/system/check" })).statusCode, 202);
    assert.equal(control.system.checkCount(), 3);
  });

  test("programs read the same", async () => {
    const { app } = the();
    const system = (await app.inject("/api/system")).json();
    assert.deepEqual(
      [system.disks.length, system.checks.findings.length, system.database.backups.length],
      [3, 4, 3],
    );
    const { workers } = (await app.inject("/api/workers")).json();
    assert.deepEqual(
      workers[0].lanes.map((each: { lane: string; slots: number; running: { path: string }[] }) => [
        each.lane,
        each.slots,
        each.running.length,
      ]),
      [
        ["copies", 2, 0],
        ["encodes", 1, 1],
      ],
    );
    assert.match(workers[0].lanes[1].running[0].path, /^Arrival/);
  });

  test("encoders are tried and measured again, by a form and by the API", async () => {
    const { app, control } = the();
    for (const act of ["probe", "measure"]) {
      const form = await app.inject({ method: "POST", url: `/system/${act}`, headers: browser });
      assert.deepEqual([form.statusCode, form.headers.location], [303, `/system?done=${act}#encoder`]);
      assert.equal((await app.inject({ method: "POST", url: `/api/system/${act}` })).statusCode, 202);
    }
    assert.deepEqual(control.system.asked, ["probe", "probe", "measure", "measure"]);
    const { speeds } = (await app.inject("/api/system")).json();
    assert.equal(speeds.measured[0].framesPerSecond, 412.3);
  });

  test("a machine without a card says so", async () => {
    const { app, control } = the();
    control.system.setFacts({ cards: { kind: "none", why: "nvidia-smi is not installed" }, encoders: null });
    const { body } = await app.inject("/system");
    assert.match(body, /No NVIDIA card to be seen: nvidia-smi is not installed\./);
  });
});
