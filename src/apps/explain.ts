/** What is known of a film by today's settings: its verdict, its plan, and the command that runs or would run. */
import { join } from "node:path";
import { ENCODERS } from "../core/encoders.ts";
import { toArgs } from "../core/ffmpeg-args.ts";
import { chainFor } from "../core/hardware-chains.ts";
import { finalPaths, outputFolder } from "../core/output-paths.ts";
import { wishOf } from "../core/wish.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Assessment } from "../steps/assess.ts";
import type { Explanation } from "./control.ts";
import { assessNow, libraryOf, type Running } from "./running.ts";
import { expectedOf } from "./work-times.ts";

/** The assessment of today's settings; null for a film that was not looked at. */
export const assessedNow = (
  running: Pick<Running, "settings" | "store" | "encoder">,
  asset: Asset,
): Assessment | null => {
  const library = libraryOf(running, asset);
  const probe = asset.fingerprint === null ? null : running.store.probes.get(asset.fingerprint);
  if (!library || !probe) return null;
  return assessNow(running, { asset, library, media: probe.media });
};

/** The assessment, with the command of the job that runs, else that of the next one. */
export const explainFilm = (running: Running, asset: Asset): Explanation | null => {
  const assessment = assessedNow(running, asset);
  if (!assessment) return null;
  const command = running.watch.of(asset.id)?.command ?? plannedCommand(running, asset, assessment);
  const expected = expectedOf(running, asset, assessment);
  const seconds = expected ? ([expected.low, expected.high] as const) : assessment.estimate.seconds;
  return { ...assessment, command, estimate: { ...assessment.estimate, seconds } };
};

/**
 * The command of the next attempt, but for two things a person who runs it by hand is better off with: it writes to the
 * name that the film would be published by, and overwrites nothing.
 */
const plannedCommand = (
  running: Running,
  asset: Asset,
  { media, plan }: Assessment,
): Explanation["command"] => {
  const library = libraryOf(running, asset);
  if (!library || plan.video === null) return null;
  const input = join(library.root, asset.path);
  const output = finalPaths(outputFolder(library.root, asset.path, library.output), input)[0] ?? input;
  const { encoder: found, card } = running.encoder();
  const encoder = found ?? ENCODERS.software;
  const { profile } = wishOf(running.settings, library);
  // As the job does: after a failure the card's decoder is left out.
  const chain = card && asset.attempt === 0 ? chainFor(plan, media, encoder, card) : null;
  const args = toArgs(plan, {
    paths: { input, output },
    encoder,
    profile,
    chain,
    sourceFingerprint: asset.fingerprint,
  });
  return ["ffmpeg", ...args.map((each) => (each === "-y" ? "-n" : each))];
};
