/** How this machine encodes a long film with several encoders at once, by the settings. */
import { availableParallelism } from "node:os";
import { partToken } from "../core/output-paths.ts";
import type { Engine } from "../edges/gpu.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import type { Assessment } from "../steps/assess.ts";
import type { EncodePart, InParts, PartEngine } from "../steps/encode-parts.ts";
import { partsWish } from "./parts-wish.ts";
import type { Running } from "./running.ts";

/** Workers on other machines who take parts. */
export type PartsElsewhere = {
  /** How many more parts they take now. */
  readonly free: () => number;
  readonly encodePart: EncodePart;
};

type Around = {
  /** The film's own. */
  readonly engine: Pick<Engine, "encoder" | "card">;
  readonly elsewhere: PartsElsewhere | null;
  readonly tell: InParts["onParts"];
};

/** Here, and elsewhere as long as somebody is free there. */
const shared = (here: EncodePart, elsewhere: PartsElsewhere): EncodePart => {
  let busyHere = 0;
  return async (order, signal) => {
    // The first stays here, beside the sound; then whoever is free elsewhere gets one at once.
    if (busyHere > 0 && elsewhere.free() > 0) return elsewhere.encodePart(order, signal);
    busyHere++;
    try {
      return await here(order, signal);
    } finally {
      busyHere--;
    }
  };
};

/** The film's own card has one part at a time; others go to the card with the least to do, and to its own where none takes one. */
export const partEngines = (
  { cards }: Pick<Running, "cards">,
  { token, engine }: { readonly token: string } & Pick<Around, "engine">,
): ((part: number) => PartEngine) => {
  let isOwnBusy = false;
  return (part) => {
    if (!isOwnBusy) {
      isOwnBusy = true;
      return {
        ...engine,
        done: () => {
          isOwnBusy = false;
        },
      };
    }
    const key = partToken(token, part);
    const { encoder, card } = cards.take(key) ?? engine;
    // A film whose attempt before went wrong does without the card's decoder, on any card.
    return { encoder, card: engine.card === null ? null : card, done: () => cards.leave(key) };
  };
};

/** For one film; null where the settings ask for none, or nothing of it is encoded. */
export const partsOf = (
  running: Running,
  {
    asset,
    assessment,
    token,
  }: { readonly asset: Asset; readonly assessment: Assessment; readonly token: string },
  { engine, elsewhere, tell }: Around,
): InParts | null => {
  const wish = partsWish(running.settings);
  if (wish === null || assessment.plan.video?.kind !== "encode") return null;
  // What the film itself will take is taken already: its parts need as much again.
  const room = running.disks.rooms()[asset.library]?.results ?? null;
  const hasRoom = room === null || (asset.expectedBytes ?? 0) <= room;
  return {
    atOnce: wish.atOnce + (elsewhere?.free() ?? 0),
    leastSeconds: wish.leastSeconds,
    hasRoom,
    ...(elsewhere === null ? {} : { encodePart: (here) => shared(here, elsewhere) }),
    partSeconds: null,
    // Encoders of the processor share it; a card's have engines of their own.
    threads: engine.encoder.isHardware ? null : Math.max(1, Math.floor(availableParallelism() / wish.atOnce)),
    engineOf: partEngines(running, { token, engine }),
    onParts: (parts) => {
      if (parts?.done === 0) running.disks.tookParts(asset);
      tell(parts);
    },
  };
};
