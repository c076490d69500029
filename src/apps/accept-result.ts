/** The result of a film that was converted elsewhere, believed only as it is seen from here. */
import { ENCODERS } from "../core/encoders.ts";
import { partialPath } from "../core/output-paths.ts";
import { Problem } from "../core/problem.ts";
import { ENDING } from "../core/transfer.ts";
import type { MadeFile, WorkOrder, WorkResult } from "../core/work-order.ts";
import type { Ffprobe } from "../edges/ffprobe.ts";
import { fingerprintFile } from "../edges/library-walk.ts";
import { fileStat, sweepPartials } from "../edges/library-write.ts";
import { namesIn } from "../edges/subtitle-files.ts";
import type { Converted } from "../steps/convert.ts";
import { BEYOND_PROBING, verifyProbed } from "../steps/verify.ts";

const SEE_MS = 500;

const differs = (detail: string): Problem => new Problem("result-differs", detail);

type Deps = { readonly patienceMs: number; readonly ffprobe: Ffprobe };

/**
 * A result as `convert` gives it, once the files it names are seen to be what it says. Where the original is going to be
 * deleted, the film is looked at here as well. What is refused is swept.
 */
export const acceptResult = async (
  { patienceMs, ffprobe }: Deps,
  order: WorkOrder,
  result: WorkResult | null,
  signal: AbortSignal,
): Promise<Converted> => {
  try {
    if (result === null || result.token !== order.token) throw differs("What it answered is not a result.");
    const { checks, log } = result;
    if (result.kind === "failed") {
      const { code, detail } = result.problem;
      // Nobody here stopped it: whoever did, the film is as it was.
      return {
        kind: "failed",
        problem: { code: code === "cancelled" ? "interrupted" : code, detail },
        checks,
        log,
      };
    }
    const bad = checks.find((each) => !each.passed);
    if (checks.length === 0 || bad) throw differs(`It did not pass its checks. ${bad?.name ?? ""}`.trim());
    const { partial, missing } = result;
    if (partial.path !== partialPath(order.folder, order.sourcePath, order.token, "mp4"))
      throw differs(`${partial.path} is not where it was to be.`);
    const sidecars = result.sidecars.map(({ path, label, ending, isOfTrack }) => {
      if (path !== sidecarAt(order, label, ending)) throw differs(`${path} is not where it was to be.`);
      return { path, label, ending, isOfTrack };
    });
    if (new Set(sidecars.map((each) => each.path)).size < sidecars.length)
      throw differs("It names the same subtitles twice.");
    for (const each of [partial, ...result.sidecars]) await see(each, order.folder, patienceMs, signal);
    if (order.original === "delete" && order.part === undefined)
      await lookHere(ffprobe, order, result, signal);
    return {
      kind: "converted",
      partial: partial.path,
      sizeBytes: partial.sizeBytes,
      sidecars,
      checks,
      log,
      missing,
    };
  } catch (thrown) {
    if (!signal.aborted) await sweepPartials(order.folder, (token) => token === order.token);
    throw thrown;
  }
};

/** The original has no second chance: the result has to pass here what it passed there, as far as ffprobe tells. */
const lookHere = async (
  ffprobe: Ffprobe,
  { media, sourcePath, plan, wish }: WorkOrder,
  { checks, partial, encoder, log }: Extract<WorkResult, { readonly kind: "converted" }>,
  signal: AbortSignal,
): Promise<void> => {
  const isHardware = Object.values(ENCODERS).some((each) => each.codec === encoder && each.isHardware);
  const input = { source: media, sourcePath, plan, outputPath: partial.path, wish, isHardware, log };
  const ours = await verifyProbed({ ffprobe }, input, signal);
  const wrong = ours.filter((each) => !each.passed);
  if (wrong.length > 0)
    throw differs(
      `It does not pass here: ${wrong.map(({ name, detail }) => `${name}: ${detail}`).join("; ")}`,
    );
  const said = new Set(checks.map((each) => each.name));
  const unsaid = [...ours.map((each) => each.name), ...BEYOND_PROBING].filter((name) => !said.has(name));
  if (unsaid.length > 0) throw differs(`It says nothing of some checks: ${unsaid.join(", ")}.`);
};

/**
 * Where the subtitles of that label lie hidden; null where they are none. Label and ending become the end of a name in the
 * library: whatever is no word of a subtitle's name would lead out of it.
 */
const sidecarAt = (
  { folder, sourcePath, token }: WorkOrder,
  label: string,
  ending: string,
): string | null => {
  const name = label === "" ? ending : `${label}.${ending}`;
  const isSubtitle = ENDING.test(name) && !/mp4$/i.test(ending) && !ending.includes(".");
  return isSubtitle ? partialPath(folder, sourcePath, token, name) : null;
};

/** Waits until a file is as its worker says: a network share tells of another machine's files late. */
const see = async (
  { path, sizeBytes, fingerprint }: MadeFile,
  folder: string,
  patienceMs: number,
  signal: AbortSignal,
): Promise<void> => {
  for (const end = Date.now() + patienceMs; ; ) {
    signal.throwIfAborted();
    // To read the folder makes the system ask its server anew.
    await namesIn(folder).catch(() => []);
    const found = await fileStat(path).catch(() => null);
    const isAsLong = found?.sizeBytes === sizeBytes && sizeBytes > 0;
    if (isAsLong && (await fingerprintFile(path, sizeBytes).catch(() => null)) === fingerprint) return;
    if (Date.now() > end)
      throw differs(
        found === null
          ? `${path} is not to be seen from here.`
          : `${path} has ${found.sizeBytes} bytes here, and ${sizeBytes} where it was made, or other ones.`,
      );
    await new Promise((resolve) => setTimeout(resolve, SEE_MS));
  }
};
