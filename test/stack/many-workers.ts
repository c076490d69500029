/** Three workers, and what the world does to them: no film is lost, none is done twice, whatever ends or is cut off. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { docker, putFilm, type Stack, until } from "./stack.ts";
import type { Row } from "./table.ts";

const FILM_SECONDS = 15;
const WORKERS = 3;
/** A worker that is cut off gives its film up after LOCK_MS, the orchestrator the worker after SILENT_MS. */
const CUT_OFF_SECONDS = 75;
const READY_SECONDS = 1800;
const PATIENCE_SECONDS = 900;

const picture = (name: string): readonly string[] => [
  ...["-f", "lavfi", "-i", `testsrc2=s=854x480:r=25:d=${FILM_SECONDS}`],
  ...["-f", "lavfi", "-i", `sine=f=${300 + name.length}:d=${FILM_SECONDS}`],
  ...["-metadata", `title=${name}`, "-c:v", "mpeg4", "-q:v", "4", "-c:a", "libmp3lame"],
];

const hashOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

/** The lines of a service's log that are objects. */
const said = async (stack: Stack, service: string): Promise<readonly Record<string, unknown>[]> => {
  const logs = await Promise.all((await stack.containers(service)).map((each) => docker("logs", each)));
  return logs.flatMap((log) =>
    log
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line)),
  );
};

/** A worker that encodes now, with its film. */
const working = (stack: Stack): Promise<string> =>
  until("a worker encodes", PATIENCE_SECONDS, async () => {
    for (const container of await stack.containers("gpu-ffmpeg")) {
      const processes = await docker("top", container, "-eo", "pid,args").catch(() => "");
      // Its trial encodes and its checks are no film.
      if (/ffmpeg .*\.partial\.mp4/.test(processes) && /libx264/.test(processes)) return container;
    }
    return null;
  });

/** All films are ready, each original is what it was, each has one result, and nothing half is left. */
const allIsWell = async (stack: Stack, originals: ReadonlyMap<string, string>): Promise<string> => {
  const films = await until("all films are ready", READY_SECONDS, async () => {
    const all = await stack.films();
    const ofThese = all.filter(({ path }) => originals.has(path));
    return (
      ofThese.length === originals.size && ofThese.every(({ state }) => state === "Completed") && ofThese
    );
  });
  const folder = join(stack.home, "films/movies");
  for (const [name, hash] of originals) assert.equal(hashOf(join(folder, name)), hash, `${name} changed`);
  const made = (await said(stack, "orchestrator")).filter(({ msg }) => msg === "film made");
  for (const { id, path } of films)
    assert.equal(made.filter(({ assetId }) => assetId === id).length, 1, `${path} was not published once`);
  const names = await until("partial files are swept", PATIENCE_SECONDS, async () => {
    const all = readdirSync(folder);
    return !all.some((name) => name.includes(".partial.")) && all;
  });
  for (const name of originals.keys()) {
    const stem = name.replace(/\.avi$/, "");
    const results = names.filter((each) => each.startsWith(stem) && each !== name);
    assert.deepEqual(results, [`${stem}.mp4`], `${name} has not one result`);
  }
  const attempts = (await said(stack, "orchestrator")).filter(
    ({ msg, assetId }) => msg === "attempt begins" && films.some(({ id }) => id === assetId),
  );
  return `${films.length} films ready, ${attempts.length} times begun`;
};

/** What is done in the middle of the work; it says what it did. */
type Blow = readonly [what: string, strike: (stack: Stack, worker: string) => Promise<string>];

const healthy = (stack: Stack, service: string): Promise<unknown> =>
  until(`${service} is healthy`, PATIENCE_SECONDS, async () => {
    const all = await stack.containers(service);
    const states = await Promise.all(all.map((each) => stack.inspect(each, "{{.State.Health.Status}}")));
    return all.length > 0 && states.every((state) => state === "healthy");
  });

const BLOWS: readonly Blow[] = [
  ["nothing", () => Promise.resolve("")],
  [
    "a worker is killed",
    async (_, worker) => {
      await docker("kill", worker);
      return "killed in the middle of an encode";
    },
  ],
  [
    "Redis starts again, its data kept",
    async (stack) => {
      await docker("restart", await stack.one("redis"));
      return "";
    },
  ],
  [
    "Redis starts again, its data lost",
    async (stack) => {
      const redis = await stack.one("redis");
      await docker("stop", redis);
      await docker(
        ...["run", "--rm", "-v", `${stack.project}_redis:/data`, "--entrypoint", "sh"],
        ...[await stack.inspect(redis, "{{.Config.Image}}"), "-c", "rm -rf /data/*"],
      );
      await docker("start", redis);
      return "";
    },
  ],
  [
    "the orchestrator is killed",
    async (stack) => {
      const orchestrator = await stack.one("orchestrator");
      await docker("kill", orchestrator);
      await docker("start", orchestrator);
      await healthy(stack, "orchestrator");
      return "";
    },
  ],
  [
    "a worker is cut off from the network and let back",
    async (stack, worker) => {
      await docker("network", "disconnect", `${stack.project}_default`, worker);
      await new Promise((resolve) => setTimeout(resolve, CUT_OFF_SECONDS * 1000));
      await docker("network", "connect", `${stack.project}_default`, worker);
      return `${CUT_OFF_SECONDS} s away`;
    },
  ],
  [
    "a worker is frozen and goes on",
    async (_, worker) => {
      // A busy kernel does not always freeze it at the first time.
      await until("it is frozen", PATIENCE_SECONDS, async () => (await docker("pause", worker)) !== "");
      await new Promise((resolve) => setTimeout(resolve, CUT_OFF_SECONDS * 1000));
      await docker("unpause", worker);
      return `${CUT_OFF_SECONDS} s`;
    },
  ],
];

/** How many films their workers were given up for. */
const lost = async (stack: Stack): Promise<number> =>
  (await said(stack, "orchestrator")).filter(
    ({ msg, code }) => msg === "attempt failed" && code === "worker-lost",
  ).length;

export const manyWorkers = async function* (stack: Stack, only: string): AsyncGenerator<Row> {
  await stack.compose("up", "-d", "--no-build", "--scale", `gpu-ffmpeg=${WORKERS}`);
  await healthy(stack, "gpu-ffmpeg");
  for (const [at, [what, strike]] of BLOWS.entries()) {
    if (!what.includes(only)) continue;
    const began = performance.now();
    const before = await lost(stack);
    const originals = new Map<string, string>();
    for (let film = 1; film <= WORKERS; film++) {
      const name = `Round ${at} film ${film}.avi`;
      originals.set(name, hashOf(await putFilm(stack, `movies/${name}`, picture(name))));
    }
    const worker = await working(stack);
    const did = await strike(stack, worker);
    const well = await allIsWell(stack, originals);
    const running = (await stack.inspect(worker, "{{.State.Running}}")) === "true";
    if (!running) await docker("start", worker);
    yield [
      what,
      [did, well, (await lost(stack)) > before ? "`worker-lost`" : ""]
        .filter((each) => each !== "")
        .join("; "),
      (performance.now() - began) / 1000,
    ];
  }
  yield* stopped(stack);
};

/** `stop` in the middle of an encode: all end by themselves, and what was not done is done after the next start. */
const stopped = async function* (stack: Stack): AsyncGenerator<Row> {
  const name = "Stopped.avi";
  const originals = new Map([[name, hashOf(await putFilm(stack, `movies/${name}`, picture(name)))]]);
  await until("it is in work", PATIENCE_SECONDS, async () =>
    (await stack.films()).some(({ path, state }) => path === name && state === "Processing"),
  );
  const began = performance.now();
  await stack.compose("stop");
  const seconds = (performance.now() - began) / 1000;
  for (const service of ["orchestrator", "gpu-ffmpeg", "folder-watcher", "redis"])
    for (const each of await stack.containers(service))
      assert.equal(await stack.inspect(each, "{{.State.ExitCode}}"), "0", `${service} was killed`);
  yield ["stop in the middle of an encode", "every service ended by itself, exit code 0", seconds];
  const again = performance.now();
  await stack.compose("up", "-d", "--no-build", "--scale", `gpu-ffmpeg=${WORKERS}`);
  yield ["and start again", await allIsWell(stack, originals), (performance.now() - again) / 1000];
};
