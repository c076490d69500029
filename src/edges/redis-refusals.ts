/** A Redis that answers and takes nothing: its memory is full, it is a copy of another one, it cannot save. */

/** What it says then; a script hands it on in words of its own. See `redis.io/docs`, error codes of `server.c` (`shared.oomerr` …). */
const REFUSAL = /\b(?:OOM command not allowed|READONLY|MISCONF|NOREPLICAS|NOPERM)\b.*/s;
const WHY_MAX = 200;
/** After a refusal it is tried again so much later, doubled with each in a row; ms. */
const AGAIN_MS = 2_000;
const AGAIN_MAX_MS = 30_000;

/** Why Redis takes nothing, in its own words; null: what was thrown says nothing of that. */
export const refusalOf = (thrown: unknown): string | null => {
  const [found] = (thrown instanceof Error && REFUSAL.exec(thrown.message)) || [];
  return found?.replace(/ script: .*/s, "").slice(0, WHY_MAX) ?? null;
};

export type Refusals = {
  /** null: it takes what it is given, as far as is known. */
  readonly why: () => string | null;
  /** Whether it is time to try whether it takes something again. */
  readonly mayTry: () => boolean;
  /** Does what writes, and sees whether it was taken. `isProof`: it is what all of this is for. Throws what the driver throws. */
  readonly write: <T>(work: () => Promise<T>, isProof?: boolean) => Promise<T>;
};

/** `onChange` is called when it begins to refuse, and when it takes something again. */
export const createRefusals = (onChange: () => void, now = () => performance.now()): Refusals => {
  let refused: { readonly why: string; readonly until: number } | null = null;
  let times = 0;
  const note = (why: string): void => {
    const before = refused;
    // Several that were refused at once are one refusal.
    if (before !== null && now() < before.until) return;
    refused = { why, until: now() + Math.min(AGAIN_MAX_MS, AGAIN_MS * 2 ** times) };
    times += 1;
    if (before?.why !== why) onChange();
  };
  return {
    why: () => refused?.why ?? null,
    mayTry: () => refused !== null && now() >= refused.until,
    write: async (work, isProof = false) => {
      try {
        const answer = await work();
        // Small things may be taken while films are not.
        if (isProof) times = 0;
        const before = refused;
        refused = null;
        if (before !== null) onChange();
        return answer;
      } catch (thrown) {
        const why = refusalOf(thrown);
        if (why !== null) note(why);
        throw thrown;
      }
    },
  };
};
