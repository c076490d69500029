/** What the front page shows. */
import type { Control } from "../../control.ts";

export type HomeView = {
  readonly control: Control;
  /** Epoch ms. */
  readonly now: number;
  /** What is served is a sample, not the household's own. */
  readonly isSample: boolean;
};
