/** Whether a film fits on the disks it would go to. */

/** Bytes that may still be written; null: any number. */
export type Room = {
  /** By a film's expected result. */
  readonly results: number | null;
  /** By the original itself. */
  readonly archive: number | null;
};

type Film = { readonly expectedBytes: number | null; readonly sizeBytes: number };

export type Misfit = { readonly needsBytes: number; readonly roomBytes: number };

/** What a film needs, where there is not so much room; null where it fits. */
export const misfitOf = ({ expectedBytes, sizeBytes }: Film, { results, archive }: Room): Misfit | null => {
  if (results !== null && (expectedBytes ?? 0) > results)
    return { needsBytes: expectedBytes ?? 0, roomBytes: results };
  return archive !== null && sizeBytes > archive ? { needsBytes: sizeBytes, roomBytes: archive } : null;
};
