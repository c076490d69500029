/** Whether the program can do its work, for whoever watches it. Says nothing of names, paths or films: anybody may ask. */
import { counted } from "../core/human-text.ts";
import { PROBLEMS } from "../core/problem.ts";
import { isInstalled } from "../edges/installed.ts";
import type { Control } from "./control.ts";

export const READY_CHECKS = ["database", "settings", "libraries", "ffmpeg"] as const;

export type Readiness = {
  readonly isReady: boolean;
  readonly checks: readonly {
    readonly name: (typeof READY_CHECKS)[number];
    readonly isReady: boolean;
    /** Empty when it is. */
    readonly why: string;
  }[];
};

/** The folder is not there, or is not the one it was. */
const AWAY: ReadonlySet<string> = new Set(["root-missing", "root-empty", "root-other-device", "io-error"]);

/** Asks nothing that takes longer than a look. */
export const readinessOf = async (
  control: Pick<Control, "settings" | "store" | "overview" | "isRestarting">,
  programs: readonly string[] = ["ffmpeg", "ffprobe"],
): Promise<Readiness> => {
  const trouble = control.store.database.trouble();
  const { rootProblems } = control.overview();
  const away = new Set(rootProblems.filter((each) => AWAY.has(each.code)).map((each) => each.library)).size;
  const all = Object.keys(control.settings.libraries).length;
  const there = await Promise.all(programs.map((each) => isInstalled(each)));
  const missing = programs.filter((_, at) => !there[at]);
  const whys: Readonly<Record<(typeof READY_CHECKS)[number], string>> = {
    database: trouble === null ? "" : PROBLEMS[trouble.code].title,
    settings: control.isRestarting() ? "Other settings are being taken up." : "",
    libraries:
      away === 0 ? "" : `${away} of ${counted(all, "library").replace(/ys$/, "ies")} cannot be read.`,
    ffmpeg: missing.length === 0 ? "" : `${missing.join(" and ")} cannot be started.`,
  };
  const checks = READY_CHECKS.map((name) => ({ name, isReady: whys[name] === "", why: whys[name] }));
  return { isReady: checks.every((each) => each.isReady), checks };
};
