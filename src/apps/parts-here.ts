/** How this machine encodes a long film with several encoders at once, by the settings. */
import { availableParallelism } from "node:os";
import type { Encoder } from "../core/encoders.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Assessment } from "../steps/assess.ts";
import type { InParts } from "../steps/encode-parts.ts";
import { partsWish } from "./parts-wish.ts";
import type { Running } from "./running.ts";

/** For one film; null where the settings ask for none, or nothing of it is encoded. */
export const partsOf = (
  running: Running,
  { asset, assessment }: { readonly asset: Asset; readonly assessment: Assessment },
  encoder: Encoder,
  tell: InParts["onParts"],
): InParts | null => {
  const wish = partsWish(running.settings);
  if (wish === null || assessment.plan.video?.kind !== "encode") return null;
  // What the film itself will take is taken already: its parts need as much again.
  const room = running.disks.rooms()[asset.library]?.results ?? null;
  const hasRoom = room === null || (asset.expectedBytes ?? 0) <= room;
  return {
    ...wish,
    hasRoom,
    partSeconds: null,
    // Encoders of the processor share it; a card's have engines of their own.
    threads: encoder.isHardware ? null : Math.max(1, Math.floor(availableParallelism() / wish.atOnce)),
    onParts: (parts) => {
      if (parts?.done === 0) running.disks.tookParts(asset);
      tell(parts);
    },
  };
};
