/** The state of the whole: what encodes, what is scanned, and what waits for what. */
import { PROBLEMS, type Problem } from "../core/problem.ts";
import type { Overview, PauseStatus } from "./control.ts";
import { troubleSentence } from "./database-watch.ts";
import { LANES, type Pause } from "./pauses.ts";
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
  const pauses = running.pauses.all().map((each) => statusOf(running, each));
  return {
    version: VERSION,
    startedAt,
    encoder: running.encoder().status,
    gpuOnly: settings.operational.gpu_only,
    scanning: scans.scanning(),
    rootProblems: [...rootProblems(running), ...scans.badNames().map(badNames)],
    waiting: waiting(running, pauses),
    pauses,
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

const statusOf = (running: Running, pause: Pause): PauseStatus => {
  const { code, lanes, libraries, figure, limit, since, until } = pause;
  const sentence = running.pauses.sentence(pause);
  return { code, sentence, lanes, libraries, figure, limit, since, until, films: filmsOf(running, pause) };
};

/** Why the first of what waits does: the database, no encoder, then what is paused. */
const waiting = (running: Running, pauses: readonly PauseStatus[]): Overview["waiting"] => {
  const trouble = running.store.database.trouble();
  if (trouble) return { code: trouble.code, sentence: troubleSentence(trouble) };
  const first = pauses.find((each) => each.films > 0);
  const { status } = running.encoder();
  const encodes = queued(running, { work: "video" });
  const isElsewhere = (running.remote?.slots("encodes") ?? 0) > 0;
  if (first?.code !== "card-lost" && status.kind === "none" && encodes > 0 && !isElsewhere)
    return { code: "encoder-unavailable", sentence: `${filmsWait(encodes)} for an encoder. ${status.why}` };
  return first ? { code: first.code, sentence: `${filmsWait(first.films)}. ${first.sentence}` } : null;
};

const filmsWait = (films: number): string => (films === 1 ? "1 film waits" : `${films} films wait`);

const filmsOf = (running: Running, { lanes, libraries, stops }: Pause): number => {
  if (!stops) return 1;
  const filters: readonly Filter[] = lanes.flatMap((lane): readonly Filter[] =>
    lane === "assessments" ? [{ state: "New" }] : LANES[lane].map((work) => ({ state: "Queued", work })),
  );
  return (libraries ?? [undefined])
    .flatMap((library) => filters.map((each) => (library === undefined ? each : { ...each, library })))
    .reduce((sum, each) => sum + count(running, each), 0);
};

type Filter = Parameters<Running["store"]["assets"]["count"]>[0];

const count = ({ store }: Running, filter: Filter): number => store.assets.count(filter).total;

const queued = (running: Running, filter: Filter): number => count(running, { ...filter, state: "Queued" });
