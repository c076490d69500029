/** How many encodes a card takes at once, learned from what it refuses, and tried again later: drivers allow 2 to 12, or any. */

export type Learned = {
  /** So many went well together. */
  readonly places: number;
  /** Epoch ms: from then on one more is tried. */
  readonly until: number;
  /** How often one more was refused. */
  readonly times: number;
};

const WAIT_MS = 10 * 60_000;
const WAIT_MAX_MS = 4 * 3600_000;

/** What the settings allow, less what the card refused. */
export const placesNow = (learned: Learned | null, wanted: number, now: number): number =>
  learned === null ? wanted : Math.min(wanted, learned.places + (now >= learned.until ? 1 : 0));

/** The card refused one more beside `others` of ours; where there were none, others' programs have its sessions. */
export const afterRefusal = (learned: Learned | null, others: number, now: number): Learned => {
  // Several that were begun together and refused are one try.
  const isOneMore = learned !== null && others >= learned.places;
  const times = (learned?.times ?? 0) + (isOneMore ? 1 : 0);
  return {
    places: Math.max(1, others),
    until: now + Math.min(WAIT_MAX_MS, WAIT_MS * 2 ** times),
    times,
  };
};

/** An encode went well while `atOnce` ran, itself among them. */
export const afterEncode = (learned: Learned | null, atOnce: number, now: number): Learned | null =>
  learned === null || atOnce <= learned.places ? learned : { places: atOnce, until: now, times: 0 };
