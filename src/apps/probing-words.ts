/** What looks into films, in people's words. */
import type { QuickState } from "../edges/probe/quick-reader.ts";
import type { Finding } from "./doctor/finding.ts";

/** One line for the System page. */
export const probingWords = (state: QuickState | null): string => {
  if (state === null || state.kind === "absent") return "ffprobe, one start for each question";
  if (state.kind === "there") return `${state.version ?? "a probe process, not needed yet"}; ffprobe judges`;
  return `ffprobe; the probe process ${state.kind === "unable" ? "does not start" : "rests"}: ${state.why}`;
};

/** The doctor's finding, of a process that was started to see whether it starts. */
export const probingFinding = (state: QuickState): Finding => ({
  check: "looking into films",
  state: state.kind === "there" ? "ok" : "note",
  detail: probingWords(state),
  mend:
    state.kind === "there"
      ? ""
      : "`npm install --include=optional` fetches what makes a first look through a library many times as fast, on Linux with an x86-64 processor.",
});
