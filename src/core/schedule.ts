/** Hours in which something may be done: `22:00-07:00`, `sat-sun 00:00-24:00`. */
import { type WallClock, WEEKDAYS, type Weekday, wallClock } from "./wall-clock.ts";

const DAY = 1440;
const MINUTE_MS = 60_000;

/** `from` and `to` in minutes of the day it begins on; `to` is past 1440 where it goes over midnight. */
type Window = { readonly days: ReadonlySet<Weekday>; readonly from: number; readonly to: number };

const TIME = "([01]\\d|2[0-3]):([0-5]\\d)";
const NAME = `(${WEEKDAYS.join("|")})`;
const WINDOW = new RegExp(`^(?:${NAME}(?:-${NAME})? )?${TIME}-(?:${TIME}|24:00)$`);

/** From the first day to the last, over the end of the week too. */
const daysFrom = (first: Weekday, last: Weekday): ReadonlySet<Weekday> => {
  const [from, to] = [WEEKDAYS.indexOf(first), WEEKDAYS.indexOf(last)];
  return new Set(WEEKDAYS.filter((_, at) => (from <= to ? at >= from && at <= to : at >= from || at <= to)));
};

const readWindow = (text: string): Window | null => {
  const [whole, first, last, hour, minute, endHour, endMinute] = WINDOW.exec(text) ?? [];
  if (whole === undefined) return null;
  const from = Number(hour) * 60 + Number(minute);
  const end = endHour === undefined ? DAY : Number(endHour) * 60 + Number(endMinute);
  const named = WEEKDAYS.find((each) => each === first);
  return {
    days: named ? daysFrom(named, WEEKDAYS.find((each) => each === last) ?? named) : new Set(WEEKDAYS),
    from,
    to: end > from ? end : end + DAY,
  };
};

export const isWindow = (text: string): boolean => readWindow(text) !== null;

const dayBefore = (day: Weekday): Weekday => WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7] ?? day;

const isIn = ({ weekday, minute }: WallClock, { days, from, to }: Window): boolean =>
  (days.has(weekday) && minute >= from && minute < to) || (days.has(dayBefore(weekday)) && minute + DAY < to);

/** Minutes until the wall's clock may next change its mind: a window's beginning, or the full hour, at which clocks are set. */
const minutesToLook = (minute: number, windows: readonly Window[]): number =>
  Math.min(60 - (minute % 60), ...windows.map(({ from }) => (from > minute ? from - minute : DAY)));

/** A window that is open on one day of the week comes within so many hours. */
const HOURS_MAX = 8 * 24;

/**
 * When the hours are next open, epoch ms: `now` while they are, and always without hours; null when they never are. Nights
 * on which clocks are set have an hour more or less, as the wall's clock has it.
 */
export const nextOpening = (schedule: readonly string[], zone: string, now: number): number | null => {
  const windows = schedule.map(readWindow).filter((each) => each !== null);
  if (windows.length === 0) return now;
  let at = now;
  for (let looks = 0; looks < HOURS_MAX + 8 * windows.length; looks++) {
    const wall = wallClock(at, zone);
    if (windows.some((each) => isIn(wall, each))) return at;
    at = Math.floor(at / MINUTE_MS) * MINUTE_MS + minutesToLook(wall.minute, windows) * MINUTE_MS;
  }
  return null;
};
