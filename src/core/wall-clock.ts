/** What a clock on the wall of a zone shows, and moments as people say them. A zone is a name as `Europe/Berlin`; "" is this machine's. */

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export type WallClock = {
  readonly weekday: Weekday;
  /** Of the day, 0 to 1439. */
  readonly minute: number;
  /** `2026-11-24`. */
  readonly day: string;
};

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    ...(zone === "" ? {} : { timeZone: zone }),
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(zone, made);
  return made;
};

export const isTimeZone = (zone: string): boolean => {
  try {
    return zone === "" || formatOf(zone) !== null;
  } catch {
    return false;
  }
};

/** The wall's clock at a moment, epoch ms. */
export const wallClock = (at: number, zone: string): WallClock => {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const word = parts.get("weekday")?.toLowerCase();
  return {
    weekday: WEEKDAYS.find((each) => each === word) ?? "mon",
    minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")),
    day: `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`,
  };
};

const two = (number: number): string => String(number).padStart(2, "0");

const DAY_NAMES: Readonly<Record<Weekday, string>> = {
  mon: "Monday",
  tue: "Tuesday",
  wed: "Wednesday",
  thu: "Thursday",
  fri: "Friday",
  sat: "Saturday",
  sun: "Sunday",
};

const DAY_MS = 86_400_000;

/**
 * A moment near `now` (both epoch ms): `at 22:00`, `tomorrow at 07:00`, `on Saturday at 00:00`, `on 2026-12-24 at 07:00`. A
 * machine whose zone is UTC often stands elsewhere, so that is said.
 */
export const momentWords = (at: number, now: number, zone: string): string => {
  const { weekday, minute, day } = wallClock(at, zone);
  const isUtc = formatOf(zone).resolvedOptions().timeZone === "UTC";
  const time = `at ${two(Math.floor(minute / 60))}:${two(minute % 60)}${isUtc ? " UTC" : ""}`;
  if (day === wallClock(now, zone).day) return time;
  if (day === wallClock(now + DAY_MS, zone).day) return `tomorrow ${time}`;
  return `on ${at > now && at - now < 6 * DAY_MS ? DAY_NAMES[weekday] : day} ${time}`;
};
