/** What is told of a film while it is worked on: each second at most, and nothing while the last news are on their way. */
import type { WorkNews } from "../core/work-order.ts";

const EVERY_MS = 1000;
/** Characters of standard error that are told at once; a flood has its end. */
const SAID_MAX = 4000;

export type Teller = {
  readonly phase: (phase: WorkNews["phase"]) => void;
  readonly progress: (progress: NonNullable<WorkNews["progress"]>) => void;
  readonly command: (args: readonly string[]) => void;
  readonly said: (text: string) => void;
  /** Nothing is told any more. */
  readonly end: () => void;
};

/** `send` may take its time or fail: what is new meanwhile is told with the next. */
export const createTeller = (
  { worker, encoder }: Pick<WorkNews, "worker" | "encoder">,
  send: (news: WorkNews) => Promise<void>,
): Teller => {
  let news: WorkNews = { worker, encoder, phase: "converting", progress: null, command: null, said: "" };
  let isNew = true;
  let isOnItsWay = false;
  const change = (part: Partial<WorkNews>): void => {
    news = { ...news, ...part };
    isNew = true;
  };
  const tell = async (): Promise<void> => {
    if (!isNew || isOnItsWay) return;
    isOnItsWay = true;
    isNew = false;
    const told = news;
    news = { ...news, said: "", command: null };
    // A film is not given up because nobody hears of it.
    await send(told).catch(() => {});
    isOnItsWay = false;
  };
  const timer = setInterval(() => void tell(), EVERY_MS);
  return {
    phase: (phase) => change({ phase }),
    progress: (progress) => change({ progress }),
    command: (command) => {
      change({ command });
      void tell();
    },
    said: (text) => change({ said: (news.said + text).slice(-SAID_MAX) }),
    end: () => clearInterval(timer),
  };
};
