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

/** What NVIDIA's cards say of themselves in a moment. */
export type Heat =
  | { readonly kind: "degrees"; readonly degrees: number }
  /** The driver does not answer for the card any more. */
  | { readonly kind: "lost"; readonly why: string }
  /** No answer in time, or none that says a temperature. */
  | { readonly kind: "silent" };

/** Said by nvidia-smi and by ffmpeg when the device was taken away, the driver was updated under it, or the card fell off its bus. */
const LOST =
  /Failed to initialize NVML|couldn't communicate with the NVIDIA driver|No devices were found|GPU is lost|Unable to determine the device handle|Driver\/library version mismatch|Cannot load libcuda|CUDA_ERROR_(?:NO_DEVICE|UNKNOWN|SYSTEM_NOT_READY|SYSTEM_DRIVER_MISMATCH|DEVICE_UNAVAILABLE)|No CUDA-capable device|cuInit\(0\) failed/i;

/** The line that says that a card is lost; null when none does. */
export const lostCard = (said: string): string | null =>
  said
    .split("\n")
    .find((line) => LOST.test(line))
    ?.trim()
    .slice(0, 200) ?? null;

/** The hottest card of what `--query-gpu=temperature.gpu` answers. */
export const parseHeat = (out: string, err: string): Heat => {
  const degrees = out
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^\d{1,3}$/.test(line))
    .map(Number);
  if (degrees.length > 0) return { kind: "degrees", degrees: Math.max(...degrees) };
  const why = lostCard(out) ?? lostCard(err);
  return why === null ? { kind: "silent" } : { kind: "lost", why };
};
