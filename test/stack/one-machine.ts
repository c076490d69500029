/** The stack on one machine: it starts in order, asks for a password, belongs to PUID, has no rights, does its work and stops. */
import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { docker, PGID, PUID, putFilm, type Stack, TARGETS, until } from "./stack.ts";
import type { Row } from "./table.ts";

const PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=8", "-f", "lavfi", "-i", "sine=r=48000:d=8"];
const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"];
/** A busy machine is slow. */
const PATIENCE_SECONDS = 900;
const SERVICES = ["orchestrator", "folder-watcher", "gpu-ffmpeg", "redis"] as const;

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

/** Owner, group and mode in octal. */
const rightsOf = (file: string): string => {
  const { uid, gid, mode } = statSync(file);
  return `${uid}:${gid} ${(mode & 0o777).toString(8)}`;
};

const ready = (stack: Stack, path: string, state = "Completed") =>
  until(`${path} is ${state}`, PATIENCE_SECONDS, async () => {
    const film = (await stack.films()).find((each) => each.path === path);
    return film?.state === state && film;
  });

/** What a process in a container may do, as the kernel says it. */
const rightsWithin = async (stack: Stack, service: string): Promise<string> => {
  const status = await stack.within(service, "cat", "/proc/1/status");
  const value = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1] ?? "";
  assert.equal(value("Uid"), `${PUID}`, service);
  assert.equal(value("Gid"), `${PGID}`, service);
  for (const set of ["CapPrm", "CapEff", "CapBnd"]) assert.match(value(set), /^0+$/, `${service}: ${set}`);
  assert.equal(value("NoNewPrivs"), "1", service);
  for (const place of ["/", "/etc", "/usr/bin"])
    await assert.rejects(stack.within(service, "touch", `${place}/x`), /Read-only file system/, service);
  return value("Umask");
};

export const oneMachine = async function* (stack: Stack): AsyncGenerator<Row> {
  for (const target of TARGETS) {
    const took = await seconds(() => stack.compose("build", target));
    const image = `chromecast-video-converter/${target}:0.1.0`;
    const bytes = Number(await stack.inspect(image, "{{.Size}}"));
    yield [`build ${target}`, `${(bytes / 1e6).toFixed(0)} MB`, took];
  }
  const film = await putFilm(stack, "movies/Old.mkv", [...PICTURE, ...H264]);
  yield [
    "start, all healthy",
    "",
    await seconds(async () => {
      await stack.compose("up", "-d", "--no-build");
      for (const service of SERVICES)
        await until(`${service} is healthy`, PATIENCE_SECONDS, async () => {
          const state = await stack.inspect(await stack.one(service), "{{.State.Health.Status}}");
          return state === "healthy";
        });
    }),
  ];
  const page = await stack.ask("/", "GET", false);
  assert.equal(page.status, 401);
  const log = await stack.compose("logs", "--no-color", "orchestrator");
  assert.match(log, /the set-up code is \w{4}-\w{4}/);
  yield ["the page without a password", "401, and a code in the log", null];

  await ready(stack, "Old.mkv");
  const result = film.replace(/mkv$/, "mp4");
  assert.equal(rightsOf(result), rightsOf(film));
  yield ["a film is remuxed and published", rightsOf(result), null];
  const subject = await putFilm(stack, "movies/New/New.mkv", [...PICTURE, ...H264]);
  chownSync(join(stack.home, "films/movies/New"), PUID, PGID);
  yield [
    "a new film, told by the watcher, is ready",
    rightsOf(subject),
    await seconds(() => ready(stack, "New/New.mkv")),
  ];

  for (const service of SERVICES) {
    const umask = await rightsWithin(stack, service);
    if (service !== "redis") assert.equal(umask, "0027", service);
  }
  await assert.rejects(stack.within("folder-watcher", "touch", "/media/movies/x"), /Read-only/);
  yield [
    "rights of the four services",
    `uid ${PUID}, umask 0027, no capability, no new privileges, root read-only`,
    null,
  ];
  yield* closedRedis(stack);
  yield* ownLibraries(stack);
};

const closedRedis = async function* (stack: Stack): AsyncGenerator<Row> {
  const redis = (command: string): Promise<string> => stack.within("redis", "sh", "-c", command);
  const asCvc = (command: string): Promise<string> =>
    redis(`REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli --user cvc ${command}`);
  assert.match(await redis("redis-cli ping"), /NOAUTH/);
  for (const command of ["flushall", "config get dir", "keys '*'", "set other 1", "shutdown"])
    assert.match(await asCvc(command), /NOPERM/, command);
  const container = await stack.one("redis");
  assert.equal(await stack.inspect(container, "{{json .NetworkSettings.Ports}}"), '{"6379/tcp":null}');
  assert.match(await asCvc("info memory"), /maxmemory_policy:noeviction/);
  // What was written in a transaction is there after a restart: Redis reads it as a user that has to be allowed to.
  await redis(
    `printf 'multi\\nset cvc:kept 1\\nexec\\n' | REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli --user cvc`,
  );
  await docker("restart", container);
  await until(
    "Redis knows what it knew",
    PATIENCE_SECONDS,
    async () => (await asCvc("get cvc:kept")) === "1",
  );
  yield [
    "Redis",
    "not published, no default user, `cvc` only to its own keys, all of it kept over a restart",
    null,
  ];
};

/** A library that PUID owns is archived and brought back; one that it may not write says so. */
const ownLibraries = async function* (stack: Stack): AsyncGenerator<Row> {
  const original = await putFilm(stack, "series/Kept.mkv", [...PICTURE, ...H264]);
  await ready(stack, "Kept.mkv", "Archived");
  const archived = join(stack.home, "films/series/.chromecast-originals/Kept.mkv");
  assert.ok(existsSync(archived) && !existsSync(original));
  const { id } = await ready(stack, "Kept.mkv", "Archived");
  assert.equal((await stack.ask(`/api/assets/${id}/restore`, "POST")).ok, true);
  await until(
    "the original is back",
    PATIENCE_SECONDS,
    async () => existsSync(original) && !existsSync(archived),
  );
  yield ["archived, and brought back", rightsOf(original), null];

  const closed = join(stack.home, "films/movies/Closed");
  mkdirSync(closed);
  const film = await putFilm(stack, "movies/Closed/Not mine.mkv", [...PICTURE, ...H264], [0, 0]);
  for (const [path, mode] of [
    [film, 0o644],
    [closed, 0o755],
  ] as const)
    chmodSync(path, mode);
  await stack.ask("/api/scan", "POST");
  const { problem } = await until("its problem is said", PATIENCE_SECONDS, async () => {
    const found = (await stack.films()).find(({ path }) => path === "Closed/Not mine.mkv");
    return found?.problem ? found : null;
  });
  yield ["a folder that PUID may not write", `\`${problem?.code}\`: ${problem?.title}`, null];
};
