/** Whether the database can be used: while it cannot, all work waits, and it is tried again from time to time. */
import { PROBLEMS, type Problem } from "../core/problem.ts";
import type { Running } from "./running.ts";

/** A database that another program holds is waited for five seconds at each try. */
const AGAIN_MS = 15_000;

/** Gives whether work may be done now; to be asked before each. Says once what is wrong, and when it is over. */
export const createDatabaseWatch = ({
  store,
  log,
  now,
  changed,
}: Pick<Running, "store" | "log" | "now" | "changed">): (() => boolean) => {
  const { database } = store;
  let said: Problem["code"] | null = null;
  let notBefore = 0;

  const tryAgain = (): void => {
    try {
      database.tryToWrite();
    } catch {
      // The trouble says what it was.
    }
    notBefore = now() + AGAIN_MS;
  };

  return () => {
    const before = database.trouble();
    if (before === null && said === null) return true;
    if (before !== null && said !== null && now() >= notBefore) tryAgain();
    const trouble = database.trouble();
    if (said === (trouble?.code ?? null)) return trouble === null;
    said = trouble?.code ?? null;
    notBefore = now() + AGAIN_MS;
    if (trouble) log.error({ err: trouble }, "the database cannot be used: all work waits");
    else log.info("the database can be used again");
    changed({ kind: "overview" });
    return trouble === null;
  };
};

/** Why all work waits, in a sentence. */
export const troubleSentence = ({ code, detail }: Problem): string =>
  `All work waits. ${PROBLEMS[code].title} ${detail}`;
