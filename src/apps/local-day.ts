/** Days as the clock of this machine has them (`TZ` sets it). */

const two = (number: number): string => String(number).padStart(2, "0");

/** `2026-11-24` for a moment in epoch ms. */
export const dayOf = (at: number): string => {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** `14:05` for a moment in epoch ms. */
export const timeOf = (at: number): string => {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
};

/** `14:05:09` for a moment in epoch ms. */
export const secondOf = (at: number): string => `${timeOf(at)}:${two(new Date(at).getSeconds())}`;

/** The moments (epoch ms) from which and before which it is `day`, written like `2026-11-24`; null: there is no such day. */
export const rangeOf = (day: string): { readonly from: number; readonly to: number } | null => {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (year === undefined) return null;
  const from = new Date(Number(year), Number(month) - 1, Number(date)).getTime();
  // A day has 23 or 25 hours twice a year.
  const to = new Date(Number(year), Number(month) - 1, Number(date) + 1).getTime();
  return dayOf(from) === day ? { from, to } : null;
};

/** `Today`, `Yesterday`, else `Tuesday, 24 November 2026`. Both in epoch ms. */
export const dayWords = (at: number, now: number): string => {
  if (dayOf(at) === dayOf(now)) return "Today";
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (dayOf(at) === dayOf(yesterday.getTime())) return "Yesterday";
  return new Date(at).toLocaleDateString("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
};
