/** Which of several cards the next film goes to: the one with the least to do, of those that may take one. */
import { afterEncode, afterRefusal, type Learned, placesNow } from "./learned-places.ts";

export type CardLoad = {
  /** Encodes of ours on it. */
  readonly running: number;
  /** What it takes at once, where that is known. */
  readonly learned: Learned | null;
  /** Epoch ms: it takes none before. */
  readonly restsUntil: number;
  /** It is too hot. */
  readonly isHot: boolean;
};

export const IDLE: CardLoad = { running: 0, learned: null, restsUntil: 0, isHot: false };

/** A card that refuses although none of ours is on it is asked again after so long: others have its sessions. */
const REFUSES_MS = 60_000;

/** How many it may have at once, of `wanted` in all. */
export const placesOn = ({ learned, restsUntil, isHot }: CardLoad, wanted: number, now: number): number =>
  isHot || now < restsUntil ? 0 : placesNow(learned, wanted, now);

/** The place in `cards` of the one for the next film; null when none may take it. The first of those that are alike. */
export const nextCard = (cards: readonly CardLoad[], now: number): number | null => {
  const free = cards.flatMap((each, at) =>
    each.running < placesOn(each, Number.POSITIVE_INFINITY, now) ? [{ at, running: each.running }] : [],
  );
  return free.toSorted((a, b) => a.running - b.running)[0]?.at ?? null;
};

/** The card refused a film beside `others` of ours. */
export const refusedBy = (card: CardLoad, others: number, now: number): CardLoad =>
  others === 0
    ? { ...card, restsUntil: now + REFUSES_MS }
    : { ...card, learned: afterRefusal(card.learned, others, now) };

/** A film went well, beside the others that ran on it. */
export const workedOn = (card: CardLoad, now: number): CardLoad => ({
  ...card,
  learned: afterEncode(card.learned, card.running, now),
});
