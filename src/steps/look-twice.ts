/** Takes the second look at a film for as long as a question is open whose answer changes its plan. */
import type { MediaInfo } from "../core/media-info.ts";
import { planConversion, type Wish } from "../core/plan.ts";
import { openQuestions } from "../core/second-look.ts";
import { judge } from "../core/verdict.ts";
import type { SecondLook } from "../edges/second-look.ts";

/** An answer may open one question more: a film found to be combed is encoded, so its bars may be cut off. */
const MOST_LOOKS = 2;

/** The media with all answers that its plan for `wish` waits for; the very same object when nothing was open. */
export const lookTwice = async (
  look: SecondLook,
  path: string,
  media: MediaInfo,
  wish: Wish,
  signal?: AbortSignal,
): Promise<MediaInfo> => {
  let known = media;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const questions = openQuestions(known, planConversion(known, judge(known, wish), wish), wish.profile);
    if (questions.length === 0) return known;
    const seen = await look(path, known, questions, signal);
    if (seen === known) return known;
    known = seen;
  }
  return known;
};
