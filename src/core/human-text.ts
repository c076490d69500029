/** Figures and foreign text as a person reads them, the same on the page and on the command line. */

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** `1 film`, `2 films`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** Bytes in decimal units, as disks are sold: `999 B`, `1.4 GB`, `120 MB`. */
export const humanBytes = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
};

/** A length of time: `45 s`, `12 min`, `2 h 5 min`, `3 d 4 h`. */
export const humanSeconds = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
};

/** Of work that runs: `3 min left`. */
export const humanLeft = (seconds: number): string =>
  seconds < 1 ? "almost done" : `${humanSeconds(seconds)} left`;

/** How long ago, in one unit: `just now`, `5 min ago`, `3 days ago`. Both times in epoch ms. */
export const humanAge = (at: number, now: number): string => {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  if (seconds < 45) return "just now";
  const minutes = Math.max(1, Math.floor(seconds / 60));
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "yesterday" : `${days} days ago`;
};

/** Multiples of playing time: `1.4×`, `38×`, `1,250×`. */
export const humanSpeed = (speed: number): string =>
  `${speed < 10 ? speed.toFixed(1) : Math.round(speed).toLocaleString("en")}×`;

/** Bits a second: `640 kb/s`, `8.2 Mb/s`. */
export const humanBitrate = (bps: number): string =>
  bps >= 1e6 ? `${(bps / 1e6).toFixed(1)} Mb/s` : `${Math.round(bps / 1000)} kb/s`;

/** Control characters, which would move a terminal's cursor, and the marks that turn the order of letters around. */
const HIDDEN = /\p{Cc}|[\u2028-\u202E\u2066-\u2069]/gu;

/**
 * Text of others made visible: control characters and marks that turn the order of letters around (so that `gpj.exe`
 * reads `exe.jpg`) become `�`. Text that runs right to left needs no marks.
 */
export const visibleText = (text: string): string => text.replaceAll(HIDDEN, "\uFFFD");

/** JSON that means the same and holds no character that a terminal or a reader could be fooled by. */
export const visibleJson = (json: string): string =>
  json.replaceAll(/[\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g, (each) => `\\u${hex(each.charCodeAt(0), 4)}`);

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0");

/** Arguments as a shell takes them, for reading and copying only: nothing is ever run through a shell. */
export const shellQuoted = (argv: readonly string[]): readonly string[] =>
  argv.map((each) => {
    if (/^[\w@%+=:,./-]+$/.test(each)) return each;
    return visibleText(each) === each ? `'${each.replaceAll("'", "'\\''")}'` : escapeQuoted(each);
  });

/** What cannot be shown is written as bytes, as POSIX has it since 2024 and bash and zsh had it before. */
const escapeQuoted = (text: string): string => {
  const plain = text.replaceAll(/[\\']/g, "\\$&");
  const bytes = (each: string): string =>
    Array.from(new TextEncoder().encode(each), (byte) => `\\x${hex(byte, 2)}`).join("");
  return `$'${plain.replaceAll(HIDDEN, bytes)}'`;
};

/** The unit in which a rough length of time is said, and how long it is. */
const ROUGH = [
  { unit: "min", seconds: 60, below: 100 * 60 },
  { unit: "h", seconds: 3600, below: 48 * 3600 },
  { unit: "days", seconds: 86_400, below: Number.POSITIVE_INFINITY },
] as const;

const rough = (seconds: number) => {
  const { unit, seconds: each } = ROUGH.find(({ below }) => seconds < below) ?? ROUGH[2];
  return { unit, count: Math.max(1, Math.round(seconds / each)) };
};

/** A guess of a length of time, no finer than a guess can be: `under a minute`, `20 to 50 min`, `40 min to 3 h`, `3 h`. */
export const roughRange = ([low, high]: readonly [low: number, high: number]): string => {
  if (high < 60) return "under a minute";
  const [from, to] = [rough(low), rough(high)];
  const end = `${to.count.toLocaleString("en")} ${to.unit}`;
  if (low < 60) return `up to ${end}`;
  if (from.unit !== to.unit) return `${from.count.toLocaleString("en")} ${from.unit} to ${end}`;
  return from.count === to.count ? end : `${from.count.toLocaleString("en")} to ${end}`;
};
