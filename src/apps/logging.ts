/** The program's own log, as the settings of now have it. */
import { join } from "node:path";
import { LEVEL_NUMBERS, type LogLevel } from "../core/log-levels.ts";
import type { Settings } from "../core/settings.ts";
import { MEGABYTE } from "../core/settings-logging.ts";
import { secretsIn } from "../core/settings-secrets.ts";
import { createKeptLog, type KeptLog } from "../edges/kept-log.ts";
import { createProgramLog, type Log, type LogRules } from "../edges/log.ts";

type Logging = {
  readonly log: Log;
  readonly said: KeptLog;
  /** Goes on under other settings, and keeps lines in the data folder from now on: whoever calls it holds its lock. */
  readonly follow: (now: { readonly settings: Settings; readonly dataDirectory: string }) => Promise<void>;
};

/** People at a terminal are told on the page what happens; there they see what went wrong. */
const printedOn = (isTerminal: boolean, level: LogLevel): LogLevel =>
  isTerminal && LEVEL_NUMBERS[level] < LEVEL_NUMBERS.warn ? "warn" : level;

const rulesOf = (settings: Settings, isTerminal: boolean): LogRules => ({
  kept: settings.logging.level,
  printed: printedOn(isTerminal, settings.logging.level),
  secrets: secretsIn(settings),
});

/** The log of a program that serves; it keeps its lines in memory until `follow`. */
export const openLogging = (settings: Settings, isTerminal: boolean): Logging => {
  let rules = rulesOf(settings, isTerminal);
  const said = createKeptLog();
  return {
    log: createProgramLog(() => rules, said),
    said,
    follow: async (now) => {
      rules = rulesOf(now.settings, isTerminal);
      const { retention_days, max_size_mb } = now.settings.logging;
      const folder = join(now.dataDirectory, "logs");
      await said.keepIn({ folder, days: retention_days, maxBytes: max_size_mb * MEGABYTE });
    },
  };
};
