/** Which card a film is encoded on, where there are several; with one or none it stands aside. */
import { type CardLoad, IDLE, nextCard, placesOn, refusedBy, workedOn } from "../core/card-balance.ts";
import type { Engine } from "../edges/gpu.ts";
import type { CardWatch } from "./card-watch.ts";
import type { EncoderAnswer } from "./running.ts";

export type CardPlaces = {
  /** How many encodes may run at once, of `wanted`. */
  readonly places: (wanted: number) => number;
  /** Gives a film its engine until `leave`; null: no encoder works. */
  readonly take: (assetId: number) => Engine | null;
  readonly leave: (assetId: number) => void;
  readonly of: (assetId: number) => Engine | null;
  /** The film was done on its card. */
  readonly worked: (assetId: number) => void;
  /** The film's card had no session for it. True: there are others, so that nothing else has to rest. */
  readonly refused: (assetId: number) => boolean;
  /** Celsius of the film's card, or of the hottest. */
  readonly degrees: (assetId?: number) => number | null;
  /** Cards, by their number with nvidia-smi, that take none before they are cooler. */
  readonly setHot: (indexes: ReadonlySet<number>) => void;
  /** Nothing is begun meanwhile: the cards are measured. */
  readonly setMeasured: (isMeasured: boolean) => void;
};

type Asked = {
  readonly encoder: () => EncoderAnswer;
  readonly now: () => number;
  readonly card?: Pick<CardWatch, "degrees">;
};

/** The engines of an answer: of several cards one each, else the encoder alone. */
export const enginesOf = ({ engines, encoder, card }: EncoderAnswer): readonly Engine[] =>
  engines ?? (encoder === null ? [] : [{ encoder, card, gpu: null }]);

/** `card` says how hot they are. */
export const createCardPlaces = ({ encoder, now, card }: Asked): CardPlaces => {
  const taken = new Map<number, Engine>();
  /** By what stays a card's own. */
  const loads = new Map<string, CardLoad>();
  let hot: ReadonlySet<number> = new Set();
  let isMeasured = false;

  const loadOf = ({ gpu }: Engine): CardLoad => ({
    ...(loads.get(gpu?.uuid ?? "") ?? IDLE),
    running: [...taken.values()].filter((each) => each.gpu?.uuid === gpu?.uuid).length,
    isHot: gpu !== null && hot.has(gpu.index),
  });
  const change = (assetId: number, to: (load: CardLoad) => CardLoad): void => {
    const engine = taken.get(assetId);
    if (engine?.gpu) loads.set(engine.gpu.uuid, to(loadOf(engine)));
  };
  const of = (assetId: number): Engine | null => taken.get(assetId) ?? null;

  return {
    of,
    places: (wanted) => {
      if (isMeasured) return 0;
      const engines = enginesOf(encoder());
      if (engines.length < 2) return wanted;
      const all = engines.reduce((sum, each) => sum + placesOn(loadOf(each), wanted, now()), 0);
      return Math.min(wanted, all);
    },
    take: (assetId) => {
      const engines = enginesOf(encoder());
      // One that was claimed just before its card got hot is done all the same.
      const engine = engines[nextCard(engines.map(loadOf), now()) ?? 0] ?? null;
      if (engine !== null) taken.set(assetId, engine);
      return engine;
    },
    leave: (assetId) => void taken.delete(assetId),
    worked: (assetId) => change(assetId, (load) => workedOn(load, now())),
    refused: (assetId) => {
      if (!of(assetId)?.gpu) return false;
      change(assetId, (load) => refusedBy(load, load.running - 1, now()));
      return enginesOf(encoder()).some((each) => placesOn(loadOf(each), 1, now()) > 0);
    },
    degrees: (assetId) => {
      const index = assetId === undefined ? undefined : of(assetId)?.gpu?.index;
      return card?.degrees(index) ?? null;
    },
    setHot: (indexes) => {
      hot = indexes;
    },
    setMeasured: (next) => {
      isMeasured = next;
    },
  };
};
