/** When a file leaves the archive: after the days that a person set, and never before it was announced for a day. */

const DAY_MS = 86_400_000;
/** Between the announcement and the removal: time to read it and to bring an original back. */
const ANNOUNCED_MS = DAY_MS;
/** One that had to be kept is looked at again after this long. */
const KEPT_MS = 7 * DAY_MS;

export type Retained = {
  /** Since when it lies in the archive, epoch ms. */
  readonly since: number;
  readonly removal: { readonly step: "announced" | "removing" | "kept"; readonly at: number } | null;
};

/** When its days are over, epoch ms; null where nothing is ever removed (0 days). */
const dueAt = ({ since }: Retained, retentionDays: number): number | null =>
  retentionDays === 0 ? null : since + retentionDays * DAY_MS;

/** An announcement by other days than those of now, which came too early, is none. */
const isAnnounced = ({ removal }: Retained, due: number): boolean => removal !== null && removal.at >= due;

/** The earliest moment of its removal, epoch ms; null where nothing is ever removed. */
export const leavesAt = (file: Retained, retentionDays: number): number | null => {
  const due = dueAt(file, retentionDays);
  if (due === null || file.removal === null || !isAnnounced(file, due)) return due && due + ANNOUNCED_MS;
  return file.removal.at + ANNOUNCED_MS + (file.removal.step === "kept" ? KEPT_MS : 0);
};

/** What is to be done with it now. One that had to be kept is announced again before it is tried again. */
export const retention = (
  file: Retained,
  retentionDays: number,
  now: number,
): "announce" | "remove" | "wait" => {
  const due = dueAt(file, retentionDays);
  if (due === null || due > now) return "wait";
  if (file.removal === null || !isAnnounced(file, due)) return "announce";
  const { step, at } = file.removal;
  if (step === "kept") return at + KEPT_MS <= now ? "announce" : "wait";
  return step === "removing" || at + ANNOUNCED_MS <= now ? "remove" : "wait";
};
