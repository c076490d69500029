/** Which card a film is encoded on, where there are several; with one or none it stands aside. */
import { type CardLoad, IDLE, nextCard, placesOn, refusedBy, workedOn } from "../core/card-balance.ts";
import type { Engine } from "../edges/gpu.ts";
import type { CardWatch } from "./card-watch.ts";
import type { EncoderAnswer } from "./running.ts";

/** A film by its number; a part of one, and what a worker has, by its token. */
type Film = number | string;

export type CardPlaces = {
  /** How many encodes may run at once, of `wanted`. */
  readonly places: (wanted: number) => number;
  /** Gives a film its engine until `leave`; null: no encoder works, or no card takes another film now. */
  readonly take: (film: Film) => Engine | null;
  /** Whether an encoder works at all. */
  readonly hasEngine: () => boolean;
  readonly leave: (film: Film) => void;
  readonly of: (film: Film) => Engine | null;
  /** The film was done on its card. */
  readonly worked: (film: Film) => void;
  /** The film's card had no session for it. True: there are others, so that nothing else has to rest. */
  readonly refused: (film: Film) => boolean;
  /** Celsius of the film's card, or of the hottest. */
  readonly degrees: (film?: Film) => number | null;
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
  const taken = new Map<Film, Engine>();
  /** By what stays a card's own. */
  const loads = new Map<string, CardLoad>();
  let hot: ReadonlySet<number> = new Set();
  let isMeasured = false;

  const loadOf = ({ gpu }: Engine): CardLoad => ({
    ...(loads.get(gpu?.uuid ?? "") ?? IDLE),
    running: [...taken.values()].filter((each) => each.gpu?.uuid === gpu?.uuid).length,
    isHot: gpu !== null && hot.has(gpu.index),
  });
  const change = (film: Film, to: (load: CardLoad) => CardLoad): void => {
    const engine = taken.get(film);
    if (engine?.gpu) loads.set(engine.gpu.uuid, to(loadOf(engine)));
  };
  const of = (film: Film): Engine | null => taken.get(film) ?? null;

  return {
    of,
    places: (wanted) => {
      if (isMeasured) return 0;
      const engines = enginesOf(encoder());
      if (engines.every(({ gpu }) => gpu === null)) return wanted;
      const all = engines.reduce((sum, each) => sum + placesOn(loadOf(each), wanted, now()), 0);
      return Math.min(wanted, all);
    },
    take: (film) => {
      const engines = enginesOf(encoder());
      const place = nextCard(engines.map(loadOf), now());
      const engine = place === null ? null : (engines[place] ?? null);
      if (engine !== null) taken.set(film, engine);
      return engine;
    },
    hasEngine: () => enginesOf(encoder()).length > 0,
    leave: (film) => void taken.delete(film),
    worked: (film) => change(film, (load) => workedOn(load, now())),
    refused: (film) => {
      if (!of(film)?.gpu) return false;
      change(film, (load) => refusedBy(load, load.running - 1, now()));
      return enginesOf(encoder()).some((each) => placesOn(loadOf(each), 1, now()) > 0);
    },
    degrees: (film) => {
      const index = film === undefined ? undefined : of(film)?.gpu?.index;
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
