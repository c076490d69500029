/** The summary of a day. */
import { counted } from "./human-text.ts";
import type { State } from "./lifecycle.ts";
import type { Gathered } from "./notice-text.ts";
import type { WallClock } from "./wall-clock.ts";

export const DAY_MS = 86_400_000;

/** Whether the summary of a day (`2026-11-24`) is due: once a day, at `at` (`08:00`) or when the program runs again. */
export const isDigestDue = (
  now: Pick<WallClock, "day" | "minute">,
  { lastDay, at }: { readonly lastDay: string; readonly at: string },
): boolean => now.day > lastDay && now.minute >= Number(at.slice(0, 2)) * 60 + Number(at.slice(3));

/** The summary by how many events of each kind there were in a day and how the films stand; null: nothing happened. */
export const digestOf = (
  events: Readonly<Record<string, number>>,
  films: Readonly<Record<State, number>>,
  at: number,
): Gathered | null => {
  const of = (kind: string): number => events[kind] ?? 0;
  const converted = of("published-kept") + of("published-moved");
  const failed = of("failed") + of("assessed-hopeless");
  if (Object.values(events).every((count) => count === 0)) return null;
  const waiting = films.New + films.Queued + films.Processing;
  const parts = [
    `${counted(converted, "film")} ${converted === 1 ? "was" : "were"} converted`,
    `${failed === 0 ? "none" : failed} failed`,
    `${counted(waiting, "film")} ${waiting === 1 ? "waits" : "wait"}`,
    films.Failed === 0
      ? "nothing needs you"
      : `${counted(films.Failed, "film")} in all need${films.Failed === 1 ? "s" : ""} you`,
  ];
  const said = `${parts.slice(0, 2).join(", ")}. Now ${parts.slice(2).join(", and ")}.`;
  const item = { what: "", assetId: null, library: null, problem: null, said };
  return { name: "digest", count: 1, items: [item], problem: null, since: at };
};
