/** How long a simulated encode takes. */
import { hash } from "node:crypto";
import { VIDEO_SPEED } from "../../src/core/estimate.ts";

/** A number between 0 and 1 that a token always gives. */
const unit = (text: string): number =>
  Number.parseInt(hash("sha256", text, "hex").slice(0, 12), 16) / 2 ** 48;

/** Two of three films are within this factor of the middle. */
const SPREAD = Math.exp(0.4);

/**
 * Seconds of a card for a film of `playingSeconds`: log-normal around the middle of the speeds that `core/estimate.ts` has
 * for cards, never outside of them.
 */
export const secondsOf = (token: string, playingSeconds: number): number => {
  const [slow, fast] = VIDEO_SPEED.hardware;
  const normal =
    Math.sqrt(-2 * Math.log(unit(`a${token}`) || 1e-9)) * Math.cos(2 * Math.PI * unit(`b${token}`));
  const speed = Math.sqrt(slow * fast) * SPREAD ** normal;
  return playingSeconds / Math.min(fast, Math.max(slow, speed));
};
