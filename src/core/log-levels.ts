/** How loud a line of the program's own log is. */

/** From the quietest to the loudest. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** pino's numbers for them. */
export const LEVEL_NUMBERS = { debug: 20, info: 30, warn: 40, error: 50 } as const satisfies Record<
  LogLevel,
  number
>;

/** The level of one of pino's numbers; of anything else that of most lines. */
export const levelOf = (value: unknown): LogLevel => {
  const number = typeof value === "number" ? value : LEVEL_NUMBERS.info;
  return LOG_LEVELS.findLast((each) => number >= LEVEL_NUMBERS[each]) ?? "debug";
};
