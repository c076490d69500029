/** An orchestrator that takes up other settings: its loops end and begin again while whoever holds it keeps it. */
import { Problem } from "../core/problem.ts";
import type { Settings } from "../core/settings.ts";
import type { Recovered } from "../steps/recover.ts";
import type { Control, LiveChange } from "./control.ts";

/** The loops while they run under one set of settings. */
export type Run = {
  readonly control: Control;
  readonly recovered: Recovered;
  /** Gives what is in work back to the queue; may be called again. */
  readonly end: () => Promise<void>;
};

/** An open data folder. */
export type House = {
  readonly begin: (settings: Settings) => Promise<Run>;
  readonly close: () => void;
};

type Wanted = { readonly settings: Settings; readonly dataDirectory: string };

export type Orchestrator = Control & {
  readonly recovered: Recovered;
  /**
   * Ends the work, gives running jobs back to the queue and begins again under other settings, over another data folder if
   * one is named. Throws Problem `restarting` while another restart runs, and those of a start: then the old settings stay.
   */
  readonly restart: (wanted: Wanted) => Promise<void>;
  /** Stops the loops, gives running jobs back to the queue, closes the store. */
  readonly stop: () => Promise<void>;
};

/** What only looks, and is answered during a restart too: the store stays open. */
const READING: ReadonlySet<PropertyKey> = new Set([
  "overview",
  "progressOf",
  "waitingReason",
  "logOf",
  "explain",
  "cardTemperature",
  "hold",
  "lanes",
]);

/** The orchestrator over what `open` opens. Throws what `open` and the first run throw. */
export const restartable = async (
  open: (dataDirectory: string) => Promise<House>,
  first: Wanted,
): Promise<Orchestrator> => {
  let wanted = first;
  let house = await open(first.dataDirectory);
  let run = await beginOrClose(house, first.settings);
  let restarting: Promise<void> | null = null;
  const listeners = new Set<(change: LiveChange) => void>();
  const tell = (change: LiveChange): void => {
    for (const each of listeners) each(change);
  };
  run.control.subscribe(tell);

  /** The next data folder is open before the old one is closed, so that there is one to read from at any time. */
  const change = async (next: Wanted): Promise<void> => {
    const target = next.dataDirectory === wanted.dataDirectory ? house : await open(next.dataDirectory);
    await run.end();
    try {
      run = await target.begin(next.settings);
    } catch (thrown) {
      if (target !== house) target.close();
      run = await house.begin(wanted.settings);
      run.control.subscribe(tell);
      throw thrown;
    }
    run.control.subscribe(tell);
    if (target !== house) house.close();
    house = target;
    wanted = next;
  };

  const own = {
    recovered: run.recovered,
    isRestarting: () => restarting !== null,
    subscribe: (listener: (change: LiveChange) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    restart: async (next: Wanted): Promise<void> => {
      if (restarting !== null) throw new Problem("restarting");
      restarting = change(next).finally(() => {
        restarting = null;
      });
      await restarting;
      tell({ kind: "overview" });
    },
    stop: async (): Promise<void> => {
      await restarting?.catch(() => {});
      await run.end();
      house.close();
    },
  };
  return forwarding(own, () => run.control);
};

const beginOrClose = async (house: House, settings: Settings): Promise<Run> => {
  try {
    return await house.begin(settings);
  } catch (thrown) {
    house.close();
    throw thrown;
  }
};

type Own = Pick<Orchestrator, "recovered" | "isRestarting" | "subscribe" | "restart" | "stop">;

/** Asks the control of now at every call, also through a function that was taken from it before a restart. */
const forwarding = (own: Own, now: () => Control): Orchestrator =>
  new Proxy(own as Orchestrator, {
    get: (_, key) => {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key);
      const value: unknown = Reflect.get(now(), key);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (own.isRestarting() && !READING.has(key)) throw new Problem("restarting");
        return Reflect.apply(Reflect.get(now(), key), now(), args);
      };
    },
  });
