/**
 * Why NVIDIA's encoder does not work, and the mend: what ffmpeg said, and what is known of where it said so. One row each,
 * with its source; the first that fits counts. None was seen on a card of ours: the strings were read in nvenc.c,
 * in ffmpeg's loader of the driver (nv-codec-headers) and in the reports of others that are named.
 */

export const DIAGNOSES = [
  "driver-too-old",
  "no-video-capability",
  "docker-desktop",
  "wsl-libraries",
  "no-encode-library",
  "no-decode-library",
  "no-encoder-on-card",
  "wrong-card",
  "sessions-spent",
  "memory-full",
  "driver-mismatch",
  "card-lost",
  "no-driver-in-container",
  "no-driver",
  "not-built-in",
] as const;

/** Where the program runs, as far as it matters to a card. */
export type Surroundings = {
  /** Null: in no container. */
  readonly container: "docker" | "podman" | "kubernetes" | "other" | null;
  /** The kernel is that of Windows' subsystem for Linux; in a container there, Docker Desktop's mostly. */
  readonly isWsl: boolean;
  /** NVIDIA_DRIVER_CAPABILITIES; null: not set. */
  readonly capabilities: string | null;
};

/** The cards that nvidia-smi lists; none: it is not there, or says nothing. */
export type SeenCard = { readonly name: string; readonly driver: string };

export type Diagnosis = {
  readonly kind: (typeof DIAGNOSES)[number];
  /** What is wrong, in a sentence. */
  readonly sentence: string;
  /** What to do, in sentences; empty: nothing mends it. */
  readonly mend: string;
};

type Given = { readonly said: string; readonly around: Surroundings; readonly cards: readonly SeenCard[] };

type Row = {
  readonly kind: Diagnosis["kind"];
  readonly said: RegExp;
  readonly when?: (given: Given) => boolean;
  readonly sentence: (given: Given) => string;
  readonly mend: (given: Given) => string;
};

/**
 * Chips of data centres that compute and have no encoder at all (A100, A30, H100, H200, B200 and their kin), and some others
 * that are sold without one (NVIDIA's support matrix; HandBrake#1998, #2204, #2943). A card that is not here and says the same
 * is believed as well.
 */
const WITHOUT_ENCODER =
  /\b(?:[AH]100|A30|[AH]800|H20|H200|GH200|[GB]B?[23]00|GT 10[13]0|MX[1-4]\d0|P10[46]-\d+|CMP \d+HX|8[3-5]0M|940MX)\b/i;

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
const namesOf = (cards: readonly SeenCard[]): string => listed([...new Set(cards.map((each) => each.name))]);
const isSeen = ({ cards }: Given): boolean => cards.length > 0;
const inContainer = ({ around }: Given): boolean => around.container !== null;

const CAPABILITIES = "NVIDIA_DRIVER_CAPABILITIES=compute,video,utility";
const HAND_OVER =
  "Give the container the card: `CARD=nvidia` in `.env` of our stack, `gpus: all` in a compose file of your own (`--gpus all` with `docker run`), with NVIDIA's container toolkit on the host.";
const WSL_MOUNT =
  "Mount `/usr/lib/wsl/lib` of the WSL machine into the container and set LD_LIBRARY_PATH to it, or run Docker Engine inside a WSL distribution instead of Docker Desktop.";

const hasVideo = ({ around }: Given): boolean =>
  /(?:^|,)\s*(?:video|all)\s*(?:,|$)/.test(around.capabilities ?? "");

/** What stands after `words` in what was said; `?` where nothing does. */
const after = (said: string, words: RegExp): string => words.exec(said)?.[1] ?? "?";

const ROWS: readonly Row[] = [
  {
    // nvenc.c, of 5.1 to 9.0; API 13.1 asks for a driver 610 (reports of 2026). The libraries come from the host.
    kind: "driver-too-old",
    said: /Driver does not support the required nvenc API version/,
    sentence: ({ said, cards }) => {
      const driver = cards[0]?.driver;
      const least = after(said, /minimum required Nvidia driver for nvenc is (\d[\d.]*)/);
      return `The driver${driver ? ` ${driver}` : ""} speaks version ${after(said, /Found: (\d[\d.]*)/)} of NVENC, and this ffmpeg asks for version ${after(said, /Required: (\d[\d.]*)/)}${least === "?" ? "" : `, which comes with driver ${least}`}.`;
    },
    mend: (given) =>
      `Install a newer driver${inContainer(given) ? " on the host" : ""}, or use an ffmpeg that was built for an older one.`,
  },
  {
    // docker/desktop-feedback#467 (2026), WSL#9449: compute and nvidia-smi are handed on, the two video libraries are not.
    kind: "docker-desktop",
    said: /Cannot load (?:libnvidia-encode|nvEncodeAPI)/,
    when: (given) => given.around.isWsl && inContainer(given),
    sentence: () =>
      "Docker on Windows (WSL2) hands the card on without its video libraries, so that it computes and does not encode.",
    mend: () => WSL_MOUNT,
  },
  {
    // WSL#6357.
    kind: "wsl-libraries",
    said: /Cannot load (?:libnvidia-encode|nvEncodeAPI)/,
    when: ({ around }) => around.isWsl,
    sentence: () => "The encoder's library of the Windows driver is not found in this WSL distribution.",
    mend: () =>
      "Update the driver on Windows, run `wsl --update`, and set LD_LIBRARY_PATH to `/usr/lib/wsl/lib`.",
  },
  {
    // NVIDIA's container toolkit: `utility` and `compute` are what is handed on unless `video` is asked for.
    kind: "no-video-capability",
    said: /Cannot load libnvidia-encode/,
    when: (given) => inContainer(given) && !hasVideo(given),
    sentence: (given) =>
      `The container may not use the encoder${isSeen(given) ? ` of the ${namesOf(given.cards)}` : ""}: it lacks the driver's capability \`video\`.`,
    mend: ({ around }) =>
      `Set ${CAPABILITIES} for the container${around.capabilities === null ? "" : ` (it is "${around.capabilities}")`} and start it anew.`,
  },
  {
    // NVIDIA/nvidia-docker#1530: on the host without the package, or a toolkit that does not find it.
    kind: "no-encode-library",
    said: /Cannot load (?:libnvidia-encode|nvEncodeAPI)/,
    sentence: () => "The driver is there without its encoder's library, libnvidia-encode.so.1.",
    mend: (given) =>
      inContainer(given)
        ? "Install the driver's encode library on the host (Debian: libnvidia-encode1; Ubuntu: libnvidia-encode-VERSION), then start the container anew."
        : "Install the driver's encode library (Debian: libnvidia-encode1; Ubuntu: libnvidia-encode-VERSION).",
  },
  {
    kind: "no-decode-library",
    said: /Cannot load (?:libnvcuvid|nvcuvid)|Failed loading nvcuvid/,
    sentence: () =>
      "The driver is there without its decoder's library, libnvcuvid.so.1: the processor decodes.",
    mend: (given) => {
      if (!inContainer(given))
        return "Install it (Debian: libnvcuvid1; Ubuntu: libnvidia-decode-VERSION), if the card is to decode as well.";
      return given.around.isWsl ? WSL_MOUNT : `Set ${CAPABILITIES} for the container and start it anew.`;
    },
  },
  {
    // NVENCSTATUS 10 and 21 of nvEncodeAPI.h.
    kind: "sessions-spent",
    said: /OpenEncodeSessionEx failed: (?:out of memory \(10\)|incompatible client key)/,
    sentence: () => "The card has no encoder session left: other programs use them, or its memory is full.",
    mend: () =>
      "End the other encodes, or wait: it is tried again. Drivers of GeForce cards allow a few sessions at once for the whole machine, newer ones more.",
  },
  {
    kind: "memory-full",
    said: /CUDA_ERROR_OUT_OF_MEMORY/,
    sentence: () => "The card's memory is full.",
    mend: () => "End what uses it (`nvidia-smi` lists it), or wait: it is tried again.",
  },
  {
    // NVENCSTATUS 2. P106-100, 850M, MX350: HandBrake#1998, #2204, #2943. Of A100 and H100: NVIDIA's support matrix.
    kind: "no-encoder-on-card",
    said: /OpenEncodeSessionEx failed: (?:unsupported device|no encode device)|No (?:NVENC )?capable devices found|does not support NVENC/,
    when: ({ cards }) => cards.length > 0 && cards.every(({ name }) => WITHOUT_ENCODER.test(name)),
    sentence: ({ cards }) =>
      `The ${namesOf(cards)} has no encoder: it is made to compute, and NVENC is not on its chip.`,
    mend: () => "",
  },
  {
    // Drivers from 570 on in containers that were given some of several cards: flexgrip/nvidia-gpu-enumeration.
    kind: "wrong-card",
    said: /OpenEncodeSessionEx failed: (?:unsupported device|no encode device)|No (?:NVENC )?capable devices found|does not support NVENC/,
    sentence: (given) =>
      `The driver finds no encoder${isSeen(given) ? ` on the ${namesOf(given.cards)}` : ""} that takes our encodes.`,
    mend: (given) =>
      inContainer(given)
        ? "Look for the card in NVIDIA's list of what encodes. If it does, and the machine has several cards, give the container all of them (`NVIDIA_VISIBLE_DEVICES=all`): drivers from 570 on may not open the encoder where only some are given."
        : "Look for the card in NVIDIA's list of what encodes; if it does, update its driver and restart the machine.",
  },
  {
    kind: "driver-mismatch",
    said: /version mismatch|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH|CUDA_ERROR_COMPAT_NOT_SUPPORTED/i,
    sentence: () =>
      "The driver was updated while it ran: its library is another version than its kernel module.",
    mend: (given) => `Restart the machine${inContainer(given) ? ", and with it the container" : ""}.`,
  },
  {
    // NVIDIA/nvidia-container-toolkit#48: `systemctl daemon-reload` takes the devices away from containers.
    kind: "card-lost",
    said: /CUDA_ERROR_(?:NO_DEVICE|UNKNOWN|SYSTEM_NOT_READY|DEVICE_UNAVAILABLE)|cuInit\(0\) failed|No CUDA.capable device|GPU is lost|Could not dynamically load CUDA/i,
    sentence: () => "The driver's library is there and finds no card.",
    mend: (given) =>
      inContainer(given)
        ? `Restart the container: it loses its card at \`systemctl daemon-reload\`. If it never had one: ${HAND_OVER.charAt(0).toLowerCase()}${HAND_OVER.slice(1)}`
        : "Restart the machine, or reload the driver's kernel module.",
  },
  {
    kind: "no-driver-in-container",
    said: /Cannot load (?:libcuda|nvcuda)/,
    when: inContainer,
    sentence: (given) =>
      isSeen(given)
        ? "The container was given the card without what computes on it: libcuda.so.1 is missing."
        : "The container was given no NVIDIA card, or this machine has none: its driver, libcuda.so.1, is not in it.",
    mend: (given) => (isSeen(given) ? `Set ${CAPABILITIES} for the container and start it anew.` : HAND_OVER),
  },
  {
    kind: "no-driver",
    said: /Cannot load (?:libcuda|nvcuda)/,
    sentence: (given) =>
      isSeen(given)
        ? "The driver is there without libcuda.so.1, its library for programs."
        : "There is no NVIDIA driver on this machine, or no NVIDIA card.",
    mend: (given) =>
      isSeen(given)
        ? "Install it (Debian: libcuda1; Ubuntu: libnvidia-compute-VERSION)."
        : "If there is a card, install NVIDIA's driver for it.",
  },
  {
    kind: "not-built-in",
    said: /Unknown encoder '?h264_nvenc/,
    sentence: () => "This ffmpeg was built without NVENC.",
    mend: () => "Install an ffmpeg that has it; that of Debian, Ubuntu and our container does.",
  },
];

/** What `said`, the standard error of a trial with NVENC, comes to; null where no row fits. Total. */
export const diagnoseCard = (
  said: string,
  around: Surroundings,
  cards: readonly SeenCard[],
): Diagnosis | null => {
  const given = { said, around, cards };
  const row = ROWS.find((each) => each.said.test(said) && (each.when?.(given) ?? true));
  return row ? { kind: row.kind, sentence: row.sentence(given), mend: row.mend(given) } : null;
};

/** Whether a card is there that could encode if something were mended. */
export const isMendable = (found: Diagnosis | null, cards: readonly SeenCard[]): boolean =>
  found !== null && found.mend !== "" && cards.length > 0;
