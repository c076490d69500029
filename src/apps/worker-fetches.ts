/** Films that a worker fetches from the orchestrator over HTTP, as it shares no folder with it, and results that it sends back. */
import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { stemOf } from "../core/output-paths.ts";
import { Problem } from "../core/problem.ts";
import { neighbourSubtitles } from "../core/subtitle-names.ts";
import { endingOf, scratchBytes } from "../core/transfer.ts";
import type { LibrariesSaid, WorkOrder } from "../core/work-order.ts";
import type { Log } from "../edges/log.ts";
import { type ScratchSpace, writeScratchFile } from "../edges/scratch-space.ts";
import type { Transfer } from "../edges/transfer-client.ts";
import type { Teller } from "./worker-news.ts";
import type { Handed, Made, Opened, Reach } from "./worker-reach.ts";

type Deps = {
  readonly transfer: Transfer;
  readonly scratch: ScratchSpace;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/** What films are called here. No name of a film leaves the orchestrator's machine but as the label of a subtitle. */
const STEM = "film";

export const createFetches = ({ transfer, scratch, log, signal: ending }: Deps): Reach => {
  let known: LibrariesSaid = [];
  /** Why nothing can be fetched; null: all is well. */
  let why: string | null = "The orchestrator was not asked yet.";
  return {
    access: "http",
    libraries: () => (why === null ? known.map((each) => each.library).toSorted() : []),
    look: async (said) => {
      const found = await transfer.whyNot(ending);
      if (found !== why) {
        if (found === null) log.info("films can be fetched from the orchestrator");
        else log.warn({ why: found }, "no film can be fetched from the orchestrator");
      }
      why = found;
      known = said;
    },
    open: async (order, { teller }, signal) => {
      const { folder, release } = await scratch.take(order.token, scratchBytes(order));
      try {
        const sourcePath = join(folder, STEM + endingOfFilm(order.sourcePath));
        await fetchFilm(transfer, order, { folder, sourcePath, teller }, signal);
        return {
          places: { sourcePath, folder, base: folder, earlierSidecars: new Set() },
          hand: (made, stop) => handOver(transfer, order, { made, teller }, stop),
          close: release,
        } satisfies Opened;
      } catch (thrown) {
        await release();
        throw thrown;
      }
    },
    doubt: () => {},
  };
};

const endingOfFilm = (path: string): string => /^\.[A-Za-z0-9]{1,5}$/.exec(extname(path))?.[0] ?? "";

type Fetching = { readonly folder: string; readonly sourcePath: string; readonly teller: Teller };

/** The film, and the subtitle files beside it under names of this machine. */
const fetchFilm = async (
  transfer: Transfer,
  order: WorkOrder,
  { folder, sourcePath, teller }: Fetching,
  signal: AbortSignal,
): Promise<void> => {
  const { token, sourceBytes: sizeBytes, sourceFingerprint: fingerprint } = order;
  teller.phase("fetching");
  const tell = progressOf(teller, sizeBytes);
  await transfer.fetchSource({ token, sizeBytes, fingerprint }, sourcePath, tell, signal);
  const names = await transfer.subtitles(token, signal);
  for (const { name } of neighbourSubtitles(order.sourcePath, names)) {
    const ours = STEM + name.slice(stemOf(order.sourcePath).length);
    await writeScratchFile(join(folder, ours), await transfer.subtitle(token, name, signal));
  }
};

const handOver = async (
  transfer: Transfer,
  { token }: WorkOrder,
  { made: { partial, sidecars }, teller }: { readonly made: Made; readonly teller: Teller },
  signal: AbortSignal,
): Promise<Handed> => {
  const results = [partial, ...sidecars.map((each) => each.path)].map((path) => ({
    path,
    name: endingOf(path, token) ?? "",
  }));
  let total = 0;
  for (const { path } of results) total += (await stat(path)).size;
  teller.phase("returning");
  const arrived = await transfer.returnFiles(token, results, progressOf(teller, total), signal);
  const fileOf = (path: string) => {
    const found = arrived.find((each) => each.name === endingOf(path, token));
    if (!found) throw new Problem("transfer-failed", "The answer does not name every file that was sent.");
    return { path: found.path, sizeBytes: found.sizeBytes, fingerprint: found.fingerprint };
  };
  return {
    partial: fileOf(partial),
    sidecars: sidecars.map(({ path, label, ending, isOfTrack }) => ({
      ...fileOf(path),
      label,
      ending,
      isOfTrack,
    })),
  };
};

/** How far it is, and by its pace so far how long it will be. */
const progressOf = (teller: Teller, totalBytes: number): ((bytes: number) => void) => {
  const begun = performance.now();
  return (bytes) => {
    const seconds = (performance.now() - begun) / 1000;
    teller.progress({
      percent: totalBytes > 0 ? Math.min(100, (100 * bytes) / totalBytes) : null,
      fps: null,
      speed: null,
      etaSeconds: bytes > 0 ? Math.round((seconds * (totalBytes - bytes)) / bytes) : null,
      outTimeSeconds: null,
      bytes: null,
    });
  };
};
