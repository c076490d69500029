/** The state of the whole: what encodes, what is scanned, and what waits for what. */
import { PROBLEMS, type Problem } from "../core/problem.ts";
import type { Overview } from "./control.ts";
import { troubleSentence } from "./database-watch.ts";
import { LANES, type Pause, pauseSentence } from "./pauses.ts";
import type { Running } from "./running.ts";
import type { ScanLoop } from "./scan-loop.ts";
import { VERSION } from "./version.ts";

type Around = {
  readonly scans: Pick<ScanLoop, "scanning" | "badNames">;
  readonly startedAt: number;
  /** What stops no work but wants a person. */
  readonly problems: readonly (Problem | null)[];
};

export const overview = (running: Running, { scans, startedAt, problems }: Around): Overview => {
  const { settings } = running;
  return {
    version: VERSION,
    startedAt,
    encoder: running.encoder().status,
    gpuOnly: settings.operational.gpu_only,
    scanning: scans.scanning(),
    rootProblems: [...rootProblems(running), ...scans.badNames().map(badNames)],
    waiting: waiting(running),
    hold: running.store.holds.queue(),
    warnings: problems.flatMap((each) =>
      each === null ? [] : [{ code: each.code, sentence: each.message }],
    ),
  };
};

type LibraryProblem = Overview["rootProblems"][number];

const rootProblems = ({ store, settings }: Running): readonly LibraryProblem[] =>
  store.roots.all().flatMap((root) =>
    root.problemCode === null || !Object.hasOwn(settings.libraries, root.library)
      ? []
      : [
          {
            library: root.library,
            code: root.problemCode,
            detail: `${root.root}: ${PROBLEMS[root.problemCode].title}`,
          },
        ],
  );

const badNames = ({ library, count, first }: ReturnType<ScanLoop["badNames"]>[number]): LibraryProblem => ({
  library,
  code: "name-not-utf8",
  detail: count === 1 ? first : `${count} of them, ${first} among them`,
});

/** Why the first of what waits does: the database, no encoder, then what is paused. */
const waiting = (running: Running): Overview["waiting"] => {
  const trouble = running.store.database.trouble();
  if (trouble) return { code: trouble.code, sentence: troubleSentence(trouble) };
  const { status } = running.encoder();
  const encodes = queued(running, { work: "video" });
  if (status.kind === "none" && encodes > 0)
    return { code: "encoder-unavailable", sentence: `${filmsWait(encodes)} for an encoder. ${status.why}` };
  for (const pause of running.pauses.all()) {
    const films = filmsOf(running, pause);
    if (films > 0) return { code: pause.code, sentence: `${filmsWait(films)}. ${pauseSentence(pause)}` };
  }
  return null;
};

const filmsWait = (films: number): string => (films === 1 ? "1 film waits" : `${films} films wait`);

const filmsOf = (running: Running, pause: Pause): number => {
  if ("library" in pause)
    return (
      queued(running, { library: pause.library }) + count(running, { state: "New", library: pause.library })
    );
  if (pause.lane === "assessments") return count(running, { state: "New" });
  return LANES[pause.lane].reduce((sum, work) => sum + queued(running, { work }), 0);
};

type Filter = Parameters<Running["store"]["assets"]["count"]>[0];

const count = ({ store }: Running, filter: Filter): number => store.assets.count(filter).total;

const queued = (running: Running, filter: Filter): number => count(running, { ...filter, state: "Queued" });
