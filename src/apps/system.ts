/** How the machine and the program stand, gathered when somebody looks; the doctor, when somebody asks. */
import { statSync } from "node:fs";
import { availableParallelism, freemem, platform, release, totalmem } from "node:os";
import type { Settings } from "../core/settings.ts";
import { createDisks, type DiskSpace } from "../edges/disks.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import { readCapabilities, readCards } from "../edges/gpu.ts";
import type { Log } from "../edges/log.ts";
import type { QuickReader } from "../edges/probe/quick-reader.ts";
import { listBackups } from "../edges/store/backups.ts";
import { backupFolder } from "../edges/store/open-library.ts";
import type { Store } from "../edges/store/store.ts";
import { databaseFindingsAside } from "./doctor/database-thread.ts";
import type { Finding } from "./doctor/finding.ts";
import { doctorFindings } from "./doctor/findings.ts";
import { probingWords } from "./probing-words.ts";
import type { Speeds } from "./speeds.ts";
import type { Checks, Disk, EncoderLook, System, SystemFacts } from "./system-facts.ts";
import { VERSION } from "./version.ts";

/** Several pages that are open at once ask the card once. */
const CARDS_KEPT_MS = 5000;
/** An ffmpeg that was not there is looked for again. */
const VERSION_KEPT_MS = 60_000;

type Deps = {
  readonly store: { readonly database: Pick<Store["database"], "file"> };
  readonly settings: Settings;
  readonly ffmpeg: Ffmpeg;
  readonly log: Log;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Who asks probe processes; without, there are none. */
  readonly quickReader?: Pick<QuickReader, "state">;
};

type Around = {
  readonly dataDirectory: string;
  readonly speeds: Pick<Speeds, "now" | "again">;
  readonly probe: () => void;
  readonly lastLook: () => EncoderLook | null;
  /** The address of Redis; without, there is none. */
  readonly redis?: string | undefined;
};

export type SystemLoop = System & { readonly idle: () => Promise<void> };

/** Nothing is asked of the machine before the first call. */
export const createSystem = (
  deps: Deps,
  { dataDirectory, speeds, probe, lastLook, redis }: Around,
): SystemLoop => {
  const { settings, ffmpeg, now } = deps;
  const databaseFile = deps.store.database.file;
  const diskOf = createDisks();
  const cards = kept(CARDS_KEPT_MS, now, readCards);
  const version = kept(VERSION_KEPT_MS, now, async () => {
    const found = await readCapabilities(ffmpeg).catch(() => null);
    return found?.version || null;
  });
  const doctor = createDoctor(deps, dataDirectory, redis);

  return {
    ...doctor,
    probe,
    measure: speeds.again,
    facts: async (): Promise<SystemFacts> => {
      const [found, ffmpegVersion, disks] = await Promise.all([
        cards(),
        version(),
        readDisks(foldersOf(settings, dataDirectory), diskOf),
      ]);
      return {
        versions: {
          program: VERSION,
          node: process.versions.node,
          ffmpeg: ffmpegVersion,
          sqlite: process.versions.sqlite ?? "",
          system: `${platform()} ${release()}`,
        },
        probing: probingWords(deps.quickReader?.state() ?? null),
        startedAt: Math.round(now() - process.uptime() * 1000),
        processors: availableParallelism(),
        memory: memory(),
        cards: found,
        encoders: lastLook(),
        speeds: speeds.now(),
        disks,
        database: {
          file: databaseFile,
          sizeBytes: sizeOf(databaseFile) + sizeOf(`${databaseFile}-wal`),
          backups: listBackups(backupFolder(dataDirectory)),
        },
      };
    },
  };
};

/** The answer for `keptMs`; who asks meanwhile waits for the same question. */
const kept = <T>(keptMs: number, now: () => number, ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const isFresh = asked !== null && now() - asked.at < keptMs && now() >= asked.at;
    if (!isFresh || asked === null) asked = { at: now(), answer: ask() };
    return asked.answer;
  };
};

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** In a container its own limit, where it has one. */
const memory = (): SystemFacts["memory"] => {
  const limit = process.constrainedMemory();
  const isLimited = limit > 0 && limit < totalmem();
  return {
    programBytes: process.memoryUsage.rss(),
    freeBytes: isLimited ? process.availableMemory() : freemem(),
    totalBytes: isLimited ? limit : totalmem(),
  };
};

type Folder = Disk["folders"][number];

/** An archive that the settings do not name lies in its library. */
const foldersOf = (settings: Settings, dataDirectory: string): readonly Folder[] => [
  ...Object.entries(settings.libraries).flatMap(([name, { root, output, original, archive }]) => [
    { what: name, path: root },
    ...(output === "beside" ? [] : [{ what: `results of ${name}`, path: output }]),
    ...(original === "archive" && archive !== "" ? [{ what: `archive of ${name}`, path: archive }] : []),
  ]),
  { what: "data", path: dataDirectory },
];

const readDisks = async (
  folders: readonly Folder[],
  diskOf: (path: string) => Promise<DiskSpace>,
): Promise<readonly Disk[]> => {
  const paths = [...new Set(folders.map((each) => each.path))];
  const spaces = new Map(await Promise.all(paths.map(async (path) => [path, await diskOf(path)] as const)));
  const disks = new Map<string, Disk>();
  for (const folder of folders) {
    const space = spaces.get(folder.path);
    if (!space) continue;
    const key = space.kind === "space" ? String(space.device) : folder.path;
    const before = disks.get(key)?.folders ?? [];
    disks.set(key, {
      folders: [...before, folder],
      space: space.kind === "space" ? spaceOf(space) : null,
      why: space.kind === "space" ? "" : space.why,
    });
  }
  return [...disks.values()];
};

const spaceOf = ({
  totalBytes,
  freeBytes,
  usedPercent,
}: Extract<DiskSpace, { kind: "space" }>): Disk["space"] => ({ totalBytes, freeBytes, usedPercent });

const createDoctor = ({ settings, ffmpeg, log, now, signal }: Deps, data: string, redis?: string) => {
  let findings: Finding[] = [];
  let at: number | null = null;
  let running: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    findings = [];
    try {
      const input = {
        settings,
        data,
        ffmpeg,
        database: (folder: string) => databaseFindingsAside(folder, signal),
        redis,
        signal,
      };
      for await (const finding of doctorFindings(input)) {
        if (signal.aborted) return;
        findings.push(finding);
      }
    } catch (thrown) {
      if (signal.aborted) return;
      log.error({ err: thrown }, "the checks did not end");
      findings.push({
        check: "doctor",
        state: "bad",
        detail: "the checks did not end; the log says why",
        mend: "Run `cvc doctor` to see how far it comes.",
      });
    }
    at = now();
  };
  return {
    checks: (): Checks => ({ at, isRunning: running !== null, findings: [...findings] }),
    check: (): void => {
      if (signal.aborted) return;
      running ??= run().finally(() => {
        running = null;
      });
    },
    idle: async (): Promise<void> => void (await running),
  };
};
