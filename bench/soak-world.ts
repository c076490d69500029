/** What stands around the program in the soak: a card, Jellyfin, a webhook, a small disk; each can go away and come back. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { newHomeServer } from "../test/support/home-servers.ts";
import { standIn } from "../test/support/orchestrator.ts";

export type After = (work: () => Promise<void> | void) => void;

/** ffmpeg and nvidia-smi before all others on PATH; NVENC is libx264 (`test/fixtures/programs/a-card`). */
const newCard = (folder: string) => {
  const [bin, fares] = [join(folder, "bin"), join(folder, "card")];
  for (const each of [bin, fares]) mkdirSync(each, { recursive: true });
  const program = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const { PATH = "" } = process.env;
  program("nvidia-smi", `cat "${join(fares, "smi")}"`);
  program(
    "ffmpeg",
    `PATH='${PATH}'
case " $* " in
  *cuda*) echo 'This card decodes nothing.' >&2; exit 1 ;;
  *" h264_nvenc "*) exec '${process.execPath}' '${standIn("a-card")}' "$@" ;;
esac
exec ffmpeg "$@"`,
  );
  const smi = (text: string): void => writeFileSync(join(fares, "smi"), `${text}\n`);
  const lost = join(fares, "lost");
  smi("50");
  return {
    environment: { PATH: `${bin}:${PATH}`, CVC_TEST_CARD: fares },
    heat: (degrees: number) => smi(String(degrees)),
    lose: () => {
      writeFileSync(lost, "");
      smi("Failed to initialize NVML: Unknown Error");
    },
    bringBack: () => {
      rmSync(lost, { force: true });
      smi("50");
    },
  };
};

/** Takes messages; their kinds are kept. */
const newHook = async (after: After) => {
  const kinds: string[] = [];
  let [refused, isAway] = [0, false];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += String(part);
    if (isAway) {
      refused++;
      return void response.writeHead(503).end();
    }
    const said: unknown = JSON.parse(text);
    const kind = typeof said === "object" && said !== null ? Reflect.get(said, "event") : null;
    kinds.push(String(kind));
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    kinds,
    refused: () => refused,
    setAway: (next: boolean) => {
      isAway = next;
    },
  };
};

const DISK_BYTES = 160e6;

/** A disk of its own, that can be filled; null where none may be mounted. */
const newSmallDisk = (folder: string, after: After) => {
  const at = join(folder, "small-disk");
  mkdirSync(at);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", at], { stdio: "ignore" });
  } catch {
    return null;
  }
  after(() => void execFileSync("umount", ["-l", at]));
  const ballast = join(at, "ballast");
  return {
    at,
    /** Leaves some percent of it. */
    fill: () => {
      const { bavail, blocks, bsize } = statfsSync(at);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, (bavail - blocks * 0.05) * bsize)));
    },
    empty: () => rmSync(ballast, { force: true }),
  };
};

/** All of it, in `folder`. */
export const newWorld = async (folder: string, after: After) => {
  const jellyfin = await newHomeServer({ after }, "jellyfin");
  // When each folder was told of last; epoch ms.
  const toldAt = new Map<string, number>();
  let seen = 0;
  const looking = setInterval(() => {
    for (; seen < jellyfin.told.length; seen++) toldAt.set(jellyfin.told[seen] ?? "", Date.now());
  }, 100);
  after(() => clearInterval(looking));
  return {
    card: newCard(folder),
    jellyfin,
    toldAt,
    hook: await newHook(after),
    disk: newSmallDisk(folder, after),
  };
};

export type World = Awaited<ReturnType<typeof newWorld>>;
