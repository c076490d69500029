/**
 * The container stack as a person starts it: a copy of this project's files in a folder of its own, an .env, two libraries, and
 * Docker Compose. Everything has a project name of its own, is reached on 127.0.0.1 alone, and is removed at the end.
 */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { parseDocument } from "yaml";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Who owns the films, and whom no image knows. */
export const [PUID, PGID] = [1234, 2345] as const;
export const TARGETS = ["orchestrator", "gpu-ffmpeg", "folder-watcher"] as const;

/** Compose v2, else docker-compose 1.29; COMPOSE names another. */
const findCompose = (): readonly string[] => {
  if (process.env.COMPOSE) return process.env.COMPOSE.split(" ");
  const isPlugin = spawnSync("docker", ["compose", "version"]).status === 0;
  return isPlugin ? ["docker", "compose"] : ["docker-compose"];
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

export const docker = async (...args: readonly string[]): Promise<string> =>
  (await run("docker", args, { maxBuffer: 2 ** 26 })).stdout.trim();

/** Waits until it is so, asked every half second; throws with the last answer when it does not come. */
export const until = async <T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | null | false>,
): Promise<T> => {
  const end = performance.now() + seconds * 1000;
  let thrown: unknown = null;
  while (performance.now() < end) {
    const answer = await ask().catch((error: unknown) => {
      thrown = error;
      return null;
    });
    if (answer !== null && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`not within ${seconds} s: ${what}${thrown === null ? "" : ` (${thrown})`}`);
};

export type Film = {
  readonly id: number;
  readonly path: string;
  readonly state: string;
  readonly outputPath: string | null;
  readonly problem: { readonly code: string; readonly title: string } | null;
};

/** The folder of a person who begins: the project's files, an .env, settings, and libraries that PUID owns. */
const makeHome = (home: string, token: string, port: number): void => {
  const listed = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" });
  for (const file of listed.split("\0").filter((each) => each !== "" && !/^(?:docs|test|bench)\//.test(each)))
    cpSync(join(ROOT, file), join(home, file), { recursive: true });
  for (const folder of ["films/movies", "films/series"]) mkdirSync(join(home, folder), { recursive: true });
  const env = {
    PATH_MOVIES: "./films/movies",
    PATH_SERIES: "./films/series",
    PUID: `${PUID}`,
    PGID: `${PGID}`,
    UMASK: "0027",
    CARD: "none",
    PORT: `${port}`,
    PUBLISH_ADDRESS: "127.0.0.1",
    AUTH_TOKEN: token,
    REDIS_PASSWORD: token.slice(0, 32),
    SCRATCH: "256m",
    WORKER_COPIES: "0",
  };
  writeFileSync(
    join(home, ".env"),
    Object.entries(env)
      .map((pair) => `${pair.join("=")}\n`)
      .join(""),
  );
  const settings = parseDocument(readFileSync(join(home, "config/settings.yaml.template"), "utf8"));
  settings.setIn(["operational", "gpu_only"], false);
  settings.setIn(["operational", "settle_seconds"], 1);
  settings.setIn(["operational", "max_disk_usage_percent"], 99);
  settings.setIn(["libraries", "series", "original"], "archive");
  writeFileSync(join(home, "config/settings.yaml"), settings.toString());
  for (const path of ["config", "config/settings.yaml", "films/movies", "films/series"])
    chownSync(join(home, path), PUID, PGID);
};

export const openStack = async () => {
  const home = mkdtempSync(join(tmpdir(), "cvc-stack-"));
  const project = `cvcstack${process.pid}`;
  const token = createHash("sha256").update(home).digest("hex");
  const port = await freePort();
  makeHome(home, token, port);
  const [program = "", ...first] = findCompose();
  // Docker without buildx builds as it did before BuildKit.
  const hasBuildKit = spawnSync("docker", ["buildx", "version"]).status === 0;
  const surroundings = {
    ...process.env,
    ...(hasBuildKit ? {} : { DOCKER_BUILDKIT: "0" }),
  };
  const others = new Map<string, string>();
  const composeIn = async (cwd: string, name: string, ...args: readonly string[]): Promise<string> => {
    if (cwd !== home) others.set(name, cwd);
    const env = { ...surroundings, COMPOSE_PROJECT_NAME: name };
    return (await run(program, [...first, ...args], { cwd, env, maxBuffer: 2 ** 26 })).stdout;
  };
  const compose = (...args: readonly string[]): Promise<string> => composeIn(home, project, ...args);
  const containers = async (service: string): Promise<readonly string[]> =>
    (
      await docker(
        "ps",
        "-aq",
        "--no-trunc",
        "--filter",
        `label=com.docker.compose.project=${project}`,
        "--filter",
        `label=com.docker.compose.service=${service}`,
      )
    )
      .split("\n")
      .filter((each) => each !== "");
  const one = async (service: string): Promise<string> => (await containers(service))[0] ?? "";
  const ask = (path: string, method = "GET", shows = true, accept = "application/json"): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { accept, ...(shows ? { authorization: `Bearer ${token}` } : {}) },
      signal: AbortSignal.timeout(60_000),
    });
  const films = async (): Promise<readonly Film[]> => {
    const answer = (await (await ask("/api/assets?limit=200")).json()) as {
      readonly assets: readonly Film[];
    };
    return answer.assets;
  };

  return {
    home,
    project,
    program: [program, ...first].join(" "),
    compose,
    /** In another folder, as another project. */
    composeIn,
    containers,
    one,
    ask,
    page: (path: string) => ask(path, "GET", true, "text/html"),
    films,
    within: (service: string, ...command: readonly string[]) =>
      one(service).then((container) => docker("exec", container, ...command)),
    inspect: async (container: string, format: string) => docker("inspect", "-f", format, container),
    close: async (): Promise<void> => {
      for (const [name, folder] of [...others, [project, home] as const])
        await composeIn(folder, name, "down", "-v", "--remove-orphans", "--timeout", "5").catch(() => {});
      rmSync(home, { recursive: true, force: true });
    },
  };
};

export type Stack = Awaited<ReturnType<typeof openStack>>;

/** A film in a library of the stack, old enough to be taken at once and owned by PUID. */
export const putFilm = async (
  stack: Stack,
  path: string,
  args: readonly string[],
  owner: readonly [number, number] = [PUID, PGID],
): Promise<string> => {
  const file = join(stack.home, "films", path);
  mkdirSync(dirname(file), { recursive: true });
  const being = join(stack.home, `being-made-${path.replaceAll("/", "-")}`);
  await run("ffmpeg", ["-v", "error", "-y", ...args, being]);
  chownSync(being, ...owner);
  cpSync(being, file, { preserveTimestamps: true });
  chownSync(file, ...owner);
  rmSync(being);
  return file;
};
