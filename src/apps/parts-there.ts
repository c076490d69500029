/** Parts of a film that is made here, encoded by workers on other machines: each an order of its own, with a token of its own. */
import type { Encoder } from "../core/encoders.ts";
import { videoStreams } from "../core/media-info.ts";
import { folderOf, partToken } from "../core/output-paths.ts";
import { toProblem } from "../core/problem.ts";
import type { Pool } from "../core/work-pools.ts";
import { moveWithoutOverwrite, removeFile, sweepPartials } from "../edges/library-write.ts";
import type { PartOrder } from "../steps/encode-parts.ts";
import type { TaskEnd } from "../steps/run-at-once.ts";
import { abortedProblem } from "./job-end.ts";
import type { Attempt, PartsDesk } from "./job-place.ts";
import { createJobWatch } from "./job-watch.ts";
import type { RemoteLanes } from "./remote-lanes.ts";
import type { Running } from "./running.ts";

/** Workers with the same encoder who reach the film, and have nothing to do. */
export const partsDesk = (remote: RemoteLanes): PartsDesk => ({
  toWorkers: (running, attempt, encoder) => {
    const pools = (): readonly Pool[] => poolsFor(running, remote, attempt, encoder);
    return {
      free: () => pools().reduce((sum, each) => sum + each.slots - remote.films.in(each.queue), 0),
      encodePart: async (order, signal) => {
        const [pool] = pools();
        return pool
          ? encodeThere({ running, remote, attempt, pool }, order, signal)
          : { problem: { code: "worker-lost", detail: "No worker is free any more." }, stderr: "", log: "" };
      },
    };
  },
});

const poolsFor = (
  { pauses }: Running,
  remote: RemoteLanes,
  { asset, assessment }: Attempt,
  encoder: Encoder,
): readonly Pool[] => {
  if (pauses.ofFilm({ library: asset.library, lane: "encodes" }, "elsewhere") !== null) return [];
  const { media, plan } = assessment;
  const codec = videoStreams(media).find((each) => each.index === plan.video?.stream)?.codec ?? "";
  return remote.free("encodes").filter(
    (each) =>
      // Who shares no folder would fetch the whole film for each part.
      each.access !== "http" &&
      each.encoder?.codec === encoder.codec &&
      each.libraries.includes(asset.library) &&
      each.decodes.includes(codec) &&
      remote.films.in(each.queue) < each.slots,
  );
};

type Way = {
  readonly running: Running;
  readonly remote: RemoteLanes;
  readonly attempt: Attempt;
  readonly pool: Pool;
};

/** Whatever goes wrong there, it is the part's to be made once more, here. */
const encodeThere = async (
  { running, remote, attempt, pool }: Way,
  { part, output, onProgress }: PartOrder,
  signal: AbortSignal,
): Promise<TaskEnd> => {
  const token = partToken(attempt.token, part.index);
  const place = remote.films.begin(pool, attempt.asset, token);
  // The film's own progress is the sum of its parts.
  const apart: Running = {
    ...running,
    progress: new Map(),
    watch: createJobWatch(running.now),
    changed: (change) => {
      if (change.kind === "progress") onProgress(change.progress);
    },
  };
  const said = `Part ${part.index + 1} was given to other machines.\n`;
  try {
    const hooks = { onCommand: () => {}, onTaken: () => {} };
    const made = await place.convert(apart, { ...attempt, token, part }, hooks, signal);
    const log = said + made.log;
    if (made.kind === "failed")
      return { problem: { ...made.problem, code: ofTheFilm(made.problem.code) }, stderr: "", log };
    await removeFile(output);
    await moveWithoutOverwrite(made.partial, output);
    return { problem: null, stderr: made.log, log };
  } catch (thrown) {
    const { code, detail } = abortedProblem(signal) ?? toProblem(thrown);
    return { problem: { code: signal.aborted ? code : ofTheFilm(code), detail }, stderr: "", log: said };
  } finally {
    place.done();
    remote.films.ended(token);
    // What a worker that died left.
    await sweepPartials(folderOf(output), (other) => other === token);
  }
};

/** A worker that ends, or is ended, ends nothing here. */
const ofTheFilm = <T extends string>(code: T): T | "worker-lost" =>
  code === "cancelled" || code === "interrupted" || code === "ffmpeg-missing" ? "worker-lost" : code;
