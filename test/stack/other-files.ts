/** What COMPOSE_FILE adds to the stack: the sources of a developer, and a second machine that only works. */
import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker, putFilm, type Stack, until } from "./stack.ts";
import type { Row } from "./table.ts";

const PATIENCE_SECONDS = 600;
const WORKER = "attic";
const AVI = [
  ...["-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=20", "-f", "lavfi", "-i", "sine=d=20"],
  ...["-c:v", "mpeg4", "-q:v", "4", "-c:a", "libmp3lame"],
];

const sinceSeconds = (began: number): number => (performance.now() - began) / 1000;

/** More lines of an .env: the last one of a name counts. */
const say = (home: string, lines: Readonly<Record<string, string>>): void =>
  appendFileSync(
    join(home, ".env"),
    Object.entries(lines)
      .map((pair) => `${pair.join("=")}\n`)
      .join(""),
  );

export const otherFiles = async function* (stack: Stack): AsyncGenerator<Row> {
  yield* savedPage(stack);
  yield* secondMachine(stack);
};

/** A page is changed in the folder, and shown so when it is loaded again. */
const savedPage = async function* (stack: Stack): AsyncGenerator<Row> {
  say(stack.home, { COMPOSE_FILE: "docker-compose.yml:docker/compose.dev.yml" });
  await stack.compose("up", "-d");
  const shows = async (text: string): Promise<boolean> =>
    (await (await stack.page("/")).text()).includes(text);
  await until("the page is there", PATIENCE_SECONDS, () => shows("<span>Chromecast Video Converter</span>"));
  const layout = join(stack.home, "src/apps/http/pages/layout.ts");
  const changed = "<span>Changed by a developer</span>";
  const began = performance.now();
  writeFileSync(
    layout,
    readFileSync(layout, "utf8").replace("<span>Chromecast Video Converter</span>", changed),
  );
  await until("the change is shown", PATIENCE_SECONDS, () => shows(changed));
  yield ["`compose.dev.yml`: a page is saved", "the page shows it", sinceSeconds(began)];
  const said = await stack.within("gpu-ffmpeg", "cvc", "doctor").catch(String);
  assert.match(said, /libx264/, "the worker's doctor names its encoder");
  yield ["`cvc doctor` in the worker", "it says what encodes there", null];
};

/** A clone of its own with a worker alone that reaches Redis over the network. */
const secondMachine = async function* (stack: Stack): AsyncGenerator<Row> {
  // Of this machine in the network of the stack: no other machine reaches it.
  const address = await docker(
    ...["network", "inspect", `${stack.project}_default`, "-f", "{{(index .IPAM.Config 0).Gateway}}"],
  );
  const home = join(stack.home, "second");
  mkdirSync(home);
  for (const each of [".env", "docker", "docker-compose.worker.yml"])
    cpSync(join(stack.home, each), join(home, each), { recursive: true });
  say(stack.home, {
    COMPOSE_FILE: "docker-compose.yml:docker/compose.more-machines.yml",
    REDIS_ADDRESS: address,
  });
  say(home, {
    ...{ COMPOSE_FILE: "docker-compose.worker.yml", MAIN_MACHINE: address, WORKER_NAME: WORKER },
    ...{ PATH_MOVIES: join(stack.home, "films/movies"), PATH_SERIES: join(stack.home, "films/series") },
  });
  const second = (...args: readonly string[]): Promise<string> =>
    stack.composeIn(home, `${stack.project}second`, ...args);
  try {
    // An empty folder is no library to a worker: its share may not be mounted.
    await putFilm(stack, "movies/Before.avi", AVI);
    await stack.compose("up", "-d", "--scale", "gpu-ffmpeg=0");
    await second("up", "-d");
    await until("the second machine is there", PATIENCE_SECONDS, async () => {
      const { workers } = (await (await stack.ask("/api/workers")).json()) as {
        readonly workers: readonly {
          readonly name: string;
          readonly elsewhere: { readonly libraries: readonly string[] } | null;
        }[];
      };
      return workers.some(
        ({ name, elsewhere }) => name === WORKER && elsewhere?.libraries.includes("movies"),
      );
    });
    const began = performance.now();
    const names = ["One.avi", "Two.avi", "Three.avi"];
    for (const name of names) await putFilm(stack, `movies/${name}`, AVI);
    const films = await until("its films are ready", PATIENCE_SECONDS, async () => {
      const found = (await stack.films()).filter(({ path }) => names.includes(path));
      return found.length === names.length && found.every(({ state }) => state === "Completed") && found;
    });
    let there = 0;
    for (const { id } of films) {
      const { jobs } = (await (await stack.ask(`/api/assets/${id}`)).json()) as {
        readonly jobs: readonly { readonly worker: string | null; readonly outcome: string | null }[];
      };
      // One that waited for the worker may have been taken back for a place here.
      const [done, ...more] = jobs.filter(({ outcome }) => outcome === "done");
      assert.deepEqual([done?.outcome, more.length], ["done", 0]);
      if (done?.worker === WORKER) there++;
    }
    assert.ok(there > 0, "all were made here");
    yield [
      "a second machine, by `docker-compose.worker.yml`",
      `${there} of ${films.length} films encoded there, the others here`,
      sinceSeconds(began),
    ];
  } finally {
    await second("down", "-v", "--timeout", "5").catch(() => {});
  }
};
