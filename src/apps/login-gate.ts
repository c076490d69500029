/** Slows down who guesses: each address by itself, and all of them together. */
import { isIPv6 } from "node:net";
import { ADDRESS_TRIES, ALL_TRIES, waitAfter } from "../core/access.ts";

type Tries = { readonly failures: number; readonly lastAt: number };

const FORGOTTEN_AFTER_MS = 3600_000;
/** Addresses that are remembered; the oldest goes first. */
const ADDRESSES_MAX = 1000;
/** Everybody together. */
const ALL = "";

export type LoginGate = {
  /**
   * Counts a try of `address` as failed, before it is looked at, so that many at once are as few; 0, or how long it has to
   * wait instead, in ms. One who `isKnown` is not slowed down by others.
   */
  readonly enter: (address: string, isKnown: boolean) => number;
  /** It was the right one. */
  readonly forgive: (address: string) => void;
};

/** Whoever has one address of IPv6 has all that share its first half. */
export const addressGroup = (address: string): string => {
  if (!isIPv6(address) || /^::ffff:[\d.]+$/i.test(address)) return address;
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const all = [...first, ...Array.from({ length: gap }, () => "0"), ...last];
  return all
    .slice(0, 4)
    .map((each) => Number.parseInt(each, 16).toString(16))
    .join(":");
};

export const createLoginGate = (now: () => number): LoginGate => {
  const tries = new Map<string, Tries>();
  const of = (key: string): Tries => {
    const found = tries.get(key);
    return found && now() - found.lastAt < FORGOTTEN_AFTER_MS ? found : { failures: 0, lastAt: 0 };
  };
  const count = (key: string): void => {
    const { failures } = of(key);
    tries.delete(key);
    tries.set(key, { failures: failures + 1, lastAt: now() });
    const oldest = [...tries.keys()].find((each) => each !== ALL);
    if (tries.size > ADDRESSES_MAX && oldest !== undefined) tries.delete(oldest);
  };
  const left = (key: string, backOff: typeof ALL_TRIES): number => {
    const { failures, lastAt } = of(key);
    return Math.max(0, lastAt + waitAfter(failures, backOff) - now());
  };
  return {
    enter: (address, isKnown) => {
      const group = addressGroup(address);
      const wait = Math.max(left(group, ADDRESS_TRIES), isKnown ? 0 : left(ALL, ALL_TRIES));
      if (wait > 0) return wait;
      count(group);
      count(ALL);
      return 0;
    },
    forgive: (address) => {
      tries.delete(addressGroup(address));
      const { failures, lastAt } = of(ALL);
      if (failures > 0) tries.set(ALL, { failures: failures - 1, lastAt });
    },
  };
};
