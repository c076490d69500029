/** Comparisons over a test's store, with the real ffmpeg, in a folder of its own. */
import { type ComparisonLoop, createComparisons } from "../../src/apps/comparisons.ts";
import type { LiveChange } from "../../src/apps/control.ts";
import { ENCODERS } from "../../src/core/encoders.ts";
import type { Settings } from "../../src/core/settings.ts";
import { createFfmpeg } from "../../src/edges/ffmpeg.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import type { Store } from "../../src/edges/store/store.ts";

export const picturesIn = (
  folder: string,
  { settings, store }: { readonly settings: Settings; readonly store: Store },
  changed: (change: LiveChange) => void,
): ComparisonLoop => {
  const encoder = ENCODERS.software;
  const { codec, name, isHardware } = encoder;
  return createComparisons(
    {
      settings,
      store,
      changed,
      ffmpeg: createFfmpeg(),
      ffprobe: createFfprobe(),
      signal: new AbortController().signal,
      encoder: () => ({ encoder, card: null, status: { kind: "found", codec, name, isHardware } }),
    },
    folder,
  );
};
