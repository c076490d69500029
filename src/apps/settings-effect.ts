/** What comes of changed settings once they are taken up: the plans of films, and what is better known before. */
import { isDeepStrictEqual } from "node:util";
import { counted } from "../core/human-text.ts";
import { ACTION_OF } from "../core/plan.ts";
import { renamedLibraries } from "../core/renamed-libraries.ts";
import type { Settings } from "../core/settings.ts";
import { wishOf } from "../core/wish.ts";
import { statRoot } from "../edges/library-walk.ts";
import { type PlanEffect, previewReplan } from "../steps/preview-replan.ts";
import type { Control } from "./control.ts";

export type SettingsEffect = {
  readonly films: PlanEffect;
  /** Sentences, the films first. */
  readonly sentences: readonly string[];
};

/** A page waits for it. */
const BUDGET_MS = 5000;

/** What `next` would do to a program that works by `control.settings`; nothing is written. */
export const settingsEffect = async (
  control: Pick<Control, "settings" | "store">,
  next: Settings,
  budgetMs = BUDGET_MS,
): Promise<SettingsEffect> => {
  const now = control.settings;
  const names = namesBefore(now, next);
  const libraries = Object.entries(next.libraries).flatMap(([to, library]) => {
    const name = names.get(to) ?? to;
    const old = now.libraries[name];
    return old ? [{ name, before: wishOf(now, old), after: wishOf(next, library) }] : [];
  });
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const films = await previewReplan(
    { store: control.store, clock: () => performance.now(), breathe },
    libraries,
    budgetMs,
  );
  return { films, sentences: [plansSentence(films), ...(await librarySentences(control, next))] };
};

/** By the new name of a library its old one. */
const namesBefore = (now: Settings, next: Settings): ReadonlyMap<string, string> => {
  const known = Object.entries(now.libraries).map(([library, { root }]) => ({ library, root }));
  return new Map(renamedLibraries(known, next.libraries).map(({ from, to }) => [to, from]));
};

const what = (work: PlanEffect["kinds"][number]["from"]): string =>
  work === "done" ? "done" : `“${ACTION_OF[work]}”`;

const plansSentence = ({ isComplete, looked, changed, kinds }: PlanEffect): string => {
  const least = isComplete ? "" : "at least ";
  const cut = isComplete
    ? ""
    : ` (${looked.toLocaleString("en")} films were looked at in the time there was)`;
  if (changed === 0)
    return isComplete
      ? "The plan of no film changes."
      : `No plan changes among the first ${looked.toLocaleString("en")} films; there are more.`;
  const parts = kinds.map(({ from, to, count }) =>
    from === to
      ? `${count.toLocaleString("en")} stay at ${what(to)} for other reasons`
      : `${count.toLocaleString("en")} from ${what(from)} to ${what(to)}`,
  );
  const films = `${changed.toLocaleString("en")} film${changed === 1 ? "" : "s"}`;
  return `This changes the plan of ${least}${films}: ${parts.join(", ")}${cut}.`;
};

const librarySentences = async (
  { settings: now, store }: Pick<Control, "settings" | "store">,
  next: Settings,
): Promise<readonly string[]> => {
  const sentences: string[] = [];
  const names = namesBefore(now, next);
  for (const [name, { root, output, archive }] of Object.entries(next.libraries)) {
    const before = names.get(name) ?? name;
    const old = now.libraries[before];
    if (before !== name)
      sentences.push(`Library ${before} is called ${name} from then on; its films stay with it.`);
    if (!old)
      sentences.push(`Library ${name} is new: ${root} is looked through, and its films are made ready.`);
    else if (old.root !== root)
      sentences.push(
        `Library ${name} is looked for in ${root} now. Films that are not there leave the list once the folder was read; no file is touched.`,
      );
    if (old && isDeepStrictEqual([old.root, old.output, old.archive], [root, output, archive])) continue;
    for (const folder of [root, output === "beside" ? "" : output, archive])
      if (folder !== "" && (await statRoot(folder)).kind !== "ok")
        sentences.push(`${folder} is not there, or may not be read: library ${name} waits until it is.`);
  }
  for (const name of Object.keys(now.libraries))
    if (!Object.hasOwn(next.libraries, name) && ![...names.values()].includes(name)) {
      const { total } = store.assets.counts([name]);
      sentences.push(
        `Library ${name} leaves the list with its ${counted(total, "film")}. No file is touched; what is known of them is kept, and back when the library is.`,
      );
    }
  if (next.operational.remove_original_after_success && !now.operational.remove_original_after_success)
    sentences.push(
      "Originals may be removed from now on, where a library or the days in the archive say so.",
    );
  return sentences;
};
