/** Who may do what, what a password has to be, and how long one who guesses it has to wait. */

/** Each may do what those before it may. */
export const SCOPES = ["read", "operate", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  read: "only looks",
  operate: "also scans, converts and pauses",
  admin: "also settings and access",
};

export const allows = (has: Scope, needs: Scope): boolean => SCOPES.indexOf(has) >= SCOPES.indexOf(needs);

/** NIST SP 800-63B-4: at least eight where it is not the only thing asked for; tries are limited here. */
export const PASSWORD_MIN = 8;
/** What is hashed has to end somewhere. */
export const PASSWORD_MAX = 200;

/** A token that a person presets has to be one that nobody guesses: those made here have 43 characters. */
export const TOKEN_MIN = 24;

/** What is wrong with a password, in words; null when it will do. */
export const passwordIssue = (password: string, again: string): string | null => {
  const { length } = [...password];
  if (length < PASSWORD_MIN) return `A password has at least ${PASSWORD_MIN} characters.`;
  if (length > PASSWORD_MAX) return `A password has at most ${PASSWORD_MAX} characters.`;
  return password === again ? null : "The two passwords are not the same.";
};

/** How many tries are free, and what each further one waits: twice as long as the one before. */
type BackOff = { readonly free: number; readonly firstMs: number; readonly maxMs: number };

/** Of one address. */
export const ADDRESS_TRIES: BackOff = { free: 5, firstMs: 2000, maxMs: 15 * 60_000 };
/** Of all addresses together: many that try a little are slowed down, and never keep the owner out for long. */
export const ALL_TRIES: BackOff = { free: 50, firstMs: 1000, maxMs: 10_000 };

/** How long after a failure the next try waits, when so many failed; ms. */
export const waitAfter = (failures: number, { free, firstMs, maxMs }: BackOff): number =>
  failures < free ? 0 : Math.min(maxMs, firstMs * 2 ** (failures - free));

/** Sessions and their cookies end then, whatever is done with them; ms. */
export const SESSION_MAX_MS = 30 * 86_400_000;
/** And after so long without a request; ms. */
export const SESSION_IDLE_MS = 7 * 86_400_000;
