/** A figure that is read now and then, and never twice at once. */

export type Sensor<T> = {
  /** Reads when it is time to. */
  readonly pump: () => void;
  /** The last reading; null before the first. */
  readonly value: () => T | null;
  readonly hasRead: () => boolean;
  readonly idle: () => Promise<void>;
};

type Times<T> = {
  readonly now: () => number;
  /** Until the next reading, ms. */
  readonly every: (reading: T) => number;
  /** Called after each reading. */
  readonly onRead?: (reading: T) => void;
};

/** `read` must end in bounded time and not throw. */
export const createSensor = <T>(read: () => Promise<T>, { now, every, onRead }: Times<T>): Sensor<T> => {
  let reading: Promise<void> | null = null;
  let last: { readonly at: number; readonly value: T } | null = null;
  const take = async (): Promise<void> => {
    const value = await read();
    last = { at: now(), value };
    onRead?.(value);
  };
  return {
    pump: () => {
      if (reading !== null) return;
      // However the clock was set meanwhile.
      if (last !== null && Math.abs(now() - last.at) < every(last.value)) return;
      reading = take().finally(() => {
        reading = null;
      });
    },
    value: () => last?.value ?? null,
    hasRead: () => last !== null,
    idle: async () => void (await reading),
  };
};
