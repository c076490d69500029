/** What nvidia-smi says of cards. */

export type Card = {
  /** Its number with nvidia-smi, which counts by the place on the bus; in a container those that it was given. */
  readonly index: number;
  /** Stays the card's own, wherever it is plugged in. */
  readonly uuid: string;
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
  "index",
  "uuid",
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
    const [at, uuid, name, driver, temperature, used, memoryUsed, memoryTotal, encodes, ...rest] = line
      .split(",")
      .map((each) => each.trim());
    const index = numberIn(at);
    if (index === null || !uuid || !name || driver === undefined) return [];
    if (encodes === undefined || rest.length > 0) return [];
    return [
      {
        index,
        uuid,
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

/** One of several, in words. */
export const gpuWords = ({ index, name }: Pick<Card, "index" | "name">): string => `Card ${index} (${name})`;

/**
 * The cards that CUDA shows a program, in its order: CUDA_VISIBLE_DEVICES names them by number or by the beginning of
 * a UUID, and ends at the first that is not there. nvidia-smi does not follow it. Sources: CUDA's programming guide.
 */
export const visibleCards = (cards: readonly Card[], visible: string | undefined): readonly Card[] => {
  if (visible === undefined) return cards;
  const found: Card[] = [];
  for (const each of visible.split(",").map((text) => text.trim())) {
    const card = cards.find(
      ({ index, uuid }) => each === String(index) || (each.startsWith("GPU-") && uuid.startsWith(each)),
    );
    if (card === undefined || found.includes(card)) break;
    found.push(card);
  }
  return found;
};

/** What NVIDIA's cards say of themselves in a moment; `cards`: by their number with nvidia-smi, null where one says nothing. */
export type Heat =
  | { readonly kind: "degrees"; readonly degrees: number; readonly cards: readonly (number | null)[] }
  /** The driver does not answer for the card any more. */
  | { readonly kind: "lost"; readonly why: string }
  /** No answer in time, or none that says a temperature. */
  | { readonly kind: "silent" };

/** A machine has no more; whoever says more lines is no nvidia-smi. */
const MOST_CARDS = 64;

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

/** What `--query-gpu=temperature.gpu` answers: a card a line, in the order of their numbers. */
export const parseHeat = (out: string, err: string): Heat => {
  const cards = out
    .trimEnd()
    .split("\n", MOST_CARDS)
    .map((line) => (/^\d{1,3}$/.test(line.trim()) ? Number(line) : null));
  const degrees = cards.filter((each) => each !== null);
  if (degrees.length > 0) return { kind: "degrees", degrees: Math.max(...degrees), cards };
  const why = lostCard(out) ?? lostCard(err);
  return why === null ? { kind: "silent" } : { kind: "lost", why };
};
