/** Bytes kept in memory up to a limit; what was not asked for longest goes first. */
export type ByteCache = {
  readonly get: (key: string) => Buffer | null;
  readonly put: (key: string, bytes: Buffer) => void;
};

/** What the map itself takes for an entry, about. */
const ENTRY_BYTES = 200;

export const createByteCache = (maxBytes: number): ByteCache => {
  const kept = new Map<string, Buffer>();
  let size = 0;
  const drop = (key: string): void => {
    const bytes = kept.get(key);
    if (bytes && kept.delete(key)) size -= bytes.length + ENTRY_BYTES;
  };
  return {
    get: (key) => {
      const bytes = kept.get(key);
      if (!bytes) return null;
      kept.delete(key);
      kept.set(key, bytes);
      return bytes;
    },
    put: (key, bytes) => {
      drop(key);
      kept.set(key, bytes);
      size += bytes.length + ENTRY_BYTES;
      for (const oldest of kept.keys()) {
        if (size <= maxBytes) return;
        drop(oldest);
      }
    },
  };
};
