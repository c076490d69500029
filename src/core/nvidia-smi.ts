/** What nvidia-smi says of cards. */

export type Card = {
  readonly name: string;
  readonly driver: string;
  readonly temperatureCelsius: number | null;
  /** How busy the card is, 0 to 100. */
  readonly usedPercent: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  /** Encodes that run on it now, of all programs. */
  readonly encodes: number | null;
};

/** Fields that every driver since 2016 knows; one that it does not know would make it say nothing at all. */
const FIELDS = [
  "name",
  "driver_version",
  "temperature.gpu",
  "utilization.gpu",
  "memory.used",
  "memory.total",
  "encoder.stats.sessionCount",
] as const;

export const CARD_ARGS = [`--query-gpu=${FIELDS.join(",")}`, "--format=csv,noheader,nounits"] as const;

/** `[N/A]` and `[Not Supported]` are no numbers. */
const numberIn = (text: string | undefined): number | null =>
  text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;

const MEBIBYTE = 2 ** 20;

const bytesIn = (text: string | undefined): number | null => {
  const number = numberIn(text);
  return number === null ? null : number * MEBIBYTE;
};

/** One card a line; a line that is none is left out. */
export const parseCards = (said: string): readonly Card[] =>
  said.split("\n").flatMap((line) => {
    const [name, driver, temperature, used, memoryUsed, memoryTotal, encodes, ...rest] = line
      .split(",")
      .map((each) => each.trim());
    if (!name || driver === undefined || encodes === undefined || rest.length > 0) return [];
    return [
      {
        name,
        driver,
        temperatureCelsius: numberIn(temperature),
        usedPercent: numberIn(used),
        memoryUsedBytes: bytesIn(memoryUsed),
        memoryTotalBytes: bytesIn(memoryTotal),
        encodes: numberIn(encodes),
      },
    ];
  });
