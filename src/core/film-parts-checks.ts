/** What is asked of parts before they are joined, and of the film that they became, besides what every result is asked. */
import type { FilmPart } from "./film-parts.ts";
import { type Fraction, toNumber } from "./media-info.ts";
import { type Packet, shownTimes } from "./packets.ts";
import type { Check } from "./verification-facts.ts";

/** An MP4 of ours, as its index has it. */
export type PartFacts = {
  readonly packets: readonly Packet[];
  /** The decoder's headers (SPS, PPS) as hexadecimal digits; null without any. */
  readonly headers: string | null;
};

/** What is wrong with a part by itself; null for a good one. */
export const faultOfPart = ({ pictures }: FilmPart, { packets }: PartFacts): string | null => {
  if (packets.length === 0) return "it has no picture";
  if (packets[0]?.isKey !== true) return "it does not begin with a keyframe";
  return pictures === null || packets.length === pictures
    ? null
    : `it has ${packets.length} pictures, ${pictures} were planned`;
};

/** Every part has the pictures that it was planned with. */
export const checkParts = (parts: readonly FilmPart[], made: readonly PartFacts[]): Check => {
  const faults = parts.flatMap((part, at) => {
    const facts = made[at];
    const fault = facts ? faultOfPart(part, facts) : "it is missing";
    return fault === null ? [] : [`part ${part.index + 1}: ${fault}`];
  });
  const pictures = made.reduce((sum, each) => sum + each.packets.length, 0);
  return {
    name: "parts",
    passed: faults.length === 0,
    detail: faults.join("; ") || `${parts.length} parts with ${pictures} pictures, as planned`,
  };
};

/** All parts, and the film, have the same decoder's headers: a player reads those of the beginning alone. */
export const checkHeaders = (made: readonly PartFacts[], film: PartFacts): Check => {
  const headers = new Set([...made, film].map((each) => each.headers));
  const passed = headers.size === 1 && !headers.has(null);
  return {
    name: "headers",
    passed,
    detail: passed ? "the same in every part" : `${headers.size} kinds of headers in the parts`,
  };
};

/** A picture may be so much off its place, seconds; a joint made without care is 0.7 ms off (measured). */
const OFF_SECONDS = 0.0001;

/** No picture was lost or put elsewhere where parts were joined, and a player may begin at every joint. */
export const checkJoints = (made: readonly PartFacts[], film: PartFacts, frameRate: Fraction): Check => {
  const counts = made.map((each) => each.packets.length);
  const pictures = counts.reduce((sum, each) => sum + each, 0);
  const times = shownTimes(film.packets);
  const step = 1 / toNumber(frameRate);
  const first = times[0] ?? 0;
  const off = times.findIndex((each, at) => Math.abs(each - first - at * step) > OFF_SECONDS);
  let [at, open] = [0, 0];
  for (const count of counts) {
    if (film.packets[at]?.isKey !== true) open++;
    at += count;
  }
  const fault =
    film.packets.length !== pictures || times.length !== pictures
      ? `${times.length} pictures of ${pictures}`
      : off >= 0
        ? `picture ${off + 1} is not where it belongs`
        : open > 0
          ? `${open} joints without a keyframe`
          : null;
  const said = `${counts.length - 1} joints, every picture ${(step * 1000).toFixed(3)} ms after the one before`;
  return { name: "joints", passed: fault === null, detail: fault ?? said };
};
