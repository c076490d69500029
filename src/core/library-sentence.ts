/** The one sentence of truth about a library, from the counts that are shown everywhere. */
import type { State } from "./lifecycle.ts";

type Sentence = {
  /** `12 of 14 films play on your Chromecast`, without a full stop. */
  readonly head: string;
  /** What the others do: `1 is being converted`, `1 needs you`. */
  readonly rest: readonly string[];
};

const count = (n: number, one: string, many: string): string | null =>
  n === 0 ? null : `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** The sentence for counts by state, in two parts so that a page can weigh them. */
export const librarySentence = (states: Readonly<Record<State, number>>): Sentence => {
  const total = Object.values(states).reduce((sum, each) => sum + each, 0);
  const play = states.Completed + states.Archived;
  const [all, most] = [total.toLocaleString("en"), play.toLocaleString("en")];
  const verb = play === 1 ? "plays" : "play";
  return {
    head:
      total === 0
        ? "No films found yet"
        : total === 1
          ? `The film ${play === 1 ? "plays" : "does not play yet"} on your Chromecast`
          : play === total
            ? `All ${all} films play on your Chromecast`
            : `${most} of ${all} films ${verb} on your Chromecast`,
    rest: [
      count(states.Processing, "is being converted", "are being converted"),
      count(states.Queued, "waits its turn", "wait their turn"),
      count(states.New, "is being looked at", "are being looked at"),
      count(states.Failed, "needs you", "need you"),
    ].filter((each) => each !== null),
  };
};
