/** Structured lines for operators: one JSON object a line on standard output. */
import { type Logger, type LoggerOptions, pino, symbols } from "pino";
import { visibleJson } from "../core/human-text.ts";
import { createFlood } from "../core/log-flood.ts";
import { LEVEL_NUMBERS, type LogLevel } from "../core/log-levels.ts";
import { hideSecrets } from "../core/log-secrets.ts";

export type Log = Logger;

const OPTIONS: LoggerOptions = { base: null, timestamp: pino.stdTimeFunctions.isoTime };

/** A log at `level` (`info`, `warn`, `silent`, …) on standard output. */
export const createLog = (level: string): Log =>
  pino({ ...OPTIONS, hooks: { streamWrite: visibleJson }, level });

/** What is asked at each line, as settings change while the program runs. */
export type LogRules = {
  /** From here on lines are kept. */
  readonly kept: LogLevel;
  /** From here on lines are printed. */
  readonly printed: LogLevel;
  /** What must not be read in any of them. */
  readonly secrets: readonly string[];
};

type Kept = { readonly write: (text: string) => void };

/** Equal lines: a hundred films that fail alike say so, ten thousand are counted. */
const EQUAL_MAX = 100;
const EQUAL_WITHIN_MS = 60_000;
/** What waits for a terminal that was stopped; what is more is not printed. */
const PRINTED_MAX_BYTES = 4 * 2 ** 20;

type Fields = Readonly<Record<string, unknown>>;

/** Fields and words of a call of the log; of an error alone its own words. */
const partsOf = ([first, ...others]: readonly unknown[]): readonly [Fields, string, ...unknown[]] => {
  if (typeof first === "string") return [{}, first, ...others];
  const fields: Fields = first instanceof Error ? { err: first } : { ...(first ?? {}) };
  const [text, ...rest] = others;
  return [fields, String(text ?? (fields.err instanceof Error ? fields.err.message : "")), ...rest];
};

const codeIn = ({ code, err }: Fields): unknown =>
  code ?? (typeof err === "object" && err !== null && "code" in err ? err.code : "");

/**
 * The log of a program that runs on: printed without waiting for whoever reads it, kept, without secrets, and never
 * flooded by equal lines.
 */
export const createProgramLog = (rules: () => LogRules, kept: Kept): Log => {
  const flood = createFlood(EQUAL_MAX, EQUAL_WITHIN_MS);
  const printed = pino.destination({ dest: 1, sync: false, maxLength: PRINTED_MAX_BYTES });
  const sink = {
    [symbols.needsMetadataGsym]: true,
    lastLevel: LEVEL_NUMBERS.info as number,
    write(text: string) {
      const now = rules();
      if (this.lastLevel >= LEVEL_NUMBERS[now.printed]) printed.write(text);
      if (this.lastLevel >= LEVEL_NUMBERS[now.kept]) kept.write(text);
    },
  };
  return pino(
    {
      ...OPTIONS,
      level: "debug",
      hooks: {
        streamWrite: (text) => hideSecrets(visibleJson(text), rules().secrets),
        logMethod(args, method, level) {
          const now = rules();
          if (level < LEVEL_NUMBERS[now.printed] && level < LEVEL_NUMBERS[now.kept]) return;
          const [fields, text, ...rest] = partsOf(args);
          const { isSaid, leftOut } = flood.ask(`${level} ${text} ${codeIn(fields)}`, performance.now());
          if (isSaid) method.apply(this, [leftOut > 0 ? { ...fields, leftOut } : fields, text, ...rest]);
        },
      },
    },
    sink,
  );
};
