/** Assets as programs read them: the API's contract. Keys are added freely, never renamed. */
import { episodeCode, readFilmName } from "../../core/film-name.ts";
import { isKept } from "../../core/lifecycle.ts";
import { problemFacts } from "../../core/problem-tried.ts";
import { holdSentence } from "../../core/queue-hold.ts";
import { verdictWord } from "../../edges/store/asset-kinds.ts";
import type { Asset } from "../../edges/store/asset-row.ts";
import type { Control } from "../control.ts";
import { queueTime } from "../work-times.ts";

/** The attempts and events that one film's answer holds. */
const JOBS_SHOWN = 10;
const EVENTS_SHOWN = 100;

/** What its name says. */
const nameJson = (path: string) => {
  const { title, year, episode } = readFilmName(path);
  return { title, year, show: episode?.show ?? null, episode: episode && episodeCode(episode) };
};

/** One asset; the claim token and other inner matters stay inside. */
export const assetJson = (control: Control, asset: Asset) => ({
  id: asset.id,
  library: asset.library,
  path: asset.path,
  ...nameJson(asset.path),
  state: asset.state,
  outcome: asset.outcome,
  work: asset.work,
  why: asset.why,
  action: asset.action,
  reasons: asset.reasonCodes,
  verdict: verdictWord(asset.state, asset.media),
  media: asset.media,
  sizeBytes: asset.sizeBytes,
  expectedBytes: asset.expectedBytes,
  resultBytes: asset.resultBytes,
  outputPath: asset.outputPath,
  sidecarPaths: asset.sidecarPaths,
  archivePath: asset.archivePath,
  fingerprint: asset.fingerprint,
  attempt: asset.attempt,
  availableAt: asset.availableAt,
  priority: asset.priority,
  kept: isKept(asset),
  problem: asset.problemCode && problemFacts(asset.problemCode, asset.problemDetail),
  waiting: control.waitingReason(asset),
  progress: asset.state === "Processing" ? control.progressOf(asset.id) : null,
  foundAt: asset.foundAt,
  stateAt: asset.stateAt,
});

/** One asset with all that is known and computed about it. */
export const assetDetailJson = (control: Control, asset: Asset) => {
  const explanation = control.explain(asset);
  return {
    asset: assetJson(control, asset),
    streams: explanation?.media.streams ?? null,
    media: explanation?.media ?? null,
    verdict: explanation && {
      playable: explanation.verdict.playable,
      devices: explanation.verdict.devices,
      notes: explanation.verdict.notes,
    },
    plan: explanation && {
      work: explanation.plan.work,
      reasons: explanation.plan.reasons,
      streams: explanation.plan.streams,
      sidecars: explanation.plan.sidecars,
    },
    command: explanation?.command ?? null,
    running: control.logOf(asset.id),
    estimate: explanation?.estimate ?? null,
    events: control.store.events.forAsset(asset.id, EVENTS_SHOWN),
    jobs: control.store.jobs.forAsset(asset.id, JOBS_SHOWN).map(({ token: _, ...job }) => job),
  };
};

/** How the queue stands, the same figures as on the page. */
export const queueJson = (control: Control) => {
  const [hold, lanes] = [control.hold(), control.lanes()];
  const inWork = lanes.reduce((sum, each) => sum + each.running.length, 0);
  return { hold: { ...hold, sentence: holdSentence(hold, inWork) }, timeLeft: queueTime(control), lanes };
};

/** The overview with the counts, the same figures as on the page. */
export const statusJson = (control: Control, sentence: string) => ({
  ...control.overview(),
  sentence,
  counts: control.store.assets.counts(),
  libraries: Object.keys(control.settings.libraries),
  devices: control.settings.devices,
});
