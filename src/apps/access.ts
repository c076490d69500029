/** Who may come in: the password, the sessions of browsers, the tokens of programs, the code of the set-up. */
import { timingSafeEqual } from "node:crypto";
import { passwordIssue, type Scope, TOKEN_MIN } from "../core/access.ts";
import { Problem } from "../core/problem.ts";
import { hashPassword, isPassword } from "../edges/password-hash.ts";
import { hashOf, newCode, newSecret, readSecretFile, secretOf } from "../edges/secret.ts";
import type { AccessStore, Session, Token } from "../edges/store/access-store.ts";
import { createLoginGate } from "./login-gate.ts";

/** From where a try comes. */
export type Visitor = { readonly address: string; readonly agent: string };

type NewPassword = { readonly password: string; readonly again: string };

/** Secrets that are shown once are answers, and nothing else ever holds them. */
export type Access = {
  /** Reached from other machines too: then nothing is served without a password. */
  readonly isExposed: boolean;
  readonly hasPassword: () => boolean;
  readonly passwordSetAt: () => number | null;
  /** It comes from a file, which is asked again at each start. */
  readonly isPasswordFixed: boolean;
  readonly hasPresetToken: boolean;
  /** What a token is for; null for one that is not known. */
  readonly tokenOf: (secret: string) => { readonly name: string; readonly scope: Scope } | null;
  readonly sessionOf: (secret: string) => Session | null;
  /** Prints the code of the set-up, once. */
  readonly sayCode: () => void;
  /** Begins a session; its secret. Throws Problem password-wrong, too-many-tries. */
  readonly logIn: (password: string, visitor: Visitor) => Promise<string>;
  /** Sets the first password; the secret of a session. Throws Problem setup-code-wrong, password-unfit, too-many-tries. */
  readonly setUp: (code: string, wanted: NewPassword, visitor: Visitor) => Promise<string>;
  /**
   * Sets the password and ends all sessions; the secret of a new one. `current` is asked for where there is one. Throws Problem
   * password-wrong, password-unfit, too-many-tries.
   */
  readonly changePassword: (current: string, wanted: NewPassword, visitor: Visitor) => Promise<string>;
  /** Throws as changePassword, and usage-invalid where one is needed. */
  readonly removePassword: (current: string, visitor: Visitor) => Promise<void>;
  readonly logOut: (secret: string) => void;
  readonly sessions: () => readonly Session[];
  readonly endSession: (id: number) => void;
  readonly endSessionsBut: (id: number | null) => void;
  readonly tokens: () => readonly Token[];
  /** The token itself. `days` null: it never expires. Throws Problem usage-invalid. */
  readonly makeToken: (name: string, scope: Scope, days: number | null) => string;
  readonly revokeToken: (id: number) => boolean;
};

type Options = {
  readonly store: AccessStore;
  readonly now: () => number;
  readonly isExposed?: boolean;
  readonly isPasswordFixed?: boolean;
  readonly presetToken?: string | null;
  /** Where a person who started the program reads it. */
  readonly say?: (line: string) => void;
};

const DAY_MS = 86_400_000;
const AGENT_MAX = 300;

/** A new token of the store; the token itself. */
export const makeToken = (
  store: AccessStore,
  {
    name,
    scope,
    days,
    now,
  }: Pick<Token, "name" | "scope"> & { readonly days: number | null; readonly now: number },
): string => {
  const secret = newSecret("cvc_");
  const expiresAt = days === null ? null : now + days * DAY_MS;
  store.addToken({ hash: hashOf(secret), name, scope, expiresAt, now });
  return secret;
};

/** Sets the password of the store; all sessions end. Throws Problem password-unfit. */
export const setPassword = async (
  store: AccessStore,
  { password, again }: NewPassword,
  now: number,
): Promise<void> => {
  const issue = passwordIssue(password, again);
  if (issue !== null) throw new Problem("password-unfit", issue);
  store.setPassword(await hashPassword(password), now);
};

const isSame = (left: string, right: string): boolean =>
  timingSafeEqual(Buffer.from(hashOf(left)), Buffer.from(hashOf(right)));

export const createAccess = ({
  store,
  now,
  isExposed = false,
  isPasswordFixed = false,
  presetToken = null,
  say = () => {},
}: Options): Access => {
  const gate = createLoginGate(now);
  let code: string | null = null;
  const sayCode = (): void => {
    if (code !== null || store.password() !== null) return;
    code = newCode();
    say(`No password is set yet. Open the page and set one; the set-up code is ${code}`);
  };
  /** Does what needs a secret that may be guessed. */
  const guarded = async <T>({ address }: Visitor, work: () => Promise<T>): Promise<T> => {
    const isKnown = store.sessions(now()).some((each) => each.address === address);
    const waitMs = gate.enter(address, isKnown);
    if (waitMs > 0) throw new Problem("too-many-tries", `Try again in ${Math.ceil(waitMs / 1000)} seconds.`);
    const result = await work();
    gate.forgive(address);
    return result;
  };
  const check = async (password: string): Promise<void> => {
    const stored = store.password();
    if (stored && !(await isPassword(password, stored.hash))) throw new Problem("password-wrong");
  };
  const begin = ({ address, agent }: Visitor): string => {
    const secret = newSecret();
    store.beginSession({ hash: hashOf(secret), address, agent: agent.slice(0, AGENT_MAX), now: now() });
    return secret;
  };
  const refuseFixed = (): void => {
    if (isPasswordFixed) throw new Problem("usage-invalid", "The password comes from AUTH_PASSWORD_FILE.");
  };
  return {
    isExposed,
    isPasswordFixed,
    hasPresetToken: presetToken !== null,
    hasPassword: () => store.password() !== null,
    passwordSetAt: () => store.password()?.setAt ?? null,
    tokenOf: (secret) =>
      presetToken !== null && isSame(secret, presetToken)
        ? { name: "AUTH_TOKEN", scope: "operate" }
        : store.token(hashOf(secret), now()),
    sessionOf: (secret) => store.session(hashOf(secret), now()),
    sayCode,
    logIn: async (password, visitor) => {
      if (store.password() === null) throw new Problem("login-needed", "No password is set yet.");
      await guarded(visitor, () => check(password));
      return begin(visitor);
    },
    setUp: async (given, wanted, visitor) => {
      await guarded(visitor, async () => {
        if (code === null || !isSame(given.trim().toUpperCase(), code)) throw new Problem("setup-code-wrong");
      });
      if (store.password() !== null) throw new Problem("usage-invalid", "There is a password already.");
      await setPassword(store, wanted, now());
      code = null;
      return begin(visitor);
    },
    changePassword: async (current, wanted, visitor) => {
      refuseFixed();
      await guarded(visitor, () => check(current));
      await setPassword(store, wanted, now());
      return begin(visitor);
    },
    removePassword: async (current, visitor) => {
      refuseFixed();
      if (isExposed)
        throw new Problem("usage-invalid", "Other machines reach this program: it needs a password.");
      await guarded(visitor, () => check(current));
      store.setPassword(null, now());
    },
    logOut: (secret) => {
      const session = store.session(hashOf(secret), now());
      if (session) store.endSession(session.id);
    },
    sessions: () => store.sessions(now()),
    endSession: store.endSession,
    endSessionsBut: store.endSessionsBut,
    tokens: store.tokens,
    makeToken: (name, scope, days) => makeToken(store, { name, scope, days, now: now() }),
    revokeToken: store.revokeToken,
  };
};

/**
 * What the environment presets: a password in the file AUTH_PASSWORD_FILE (another one than before ends all sessions), a
 * token in AUTH_TOKEN or AUTH_TOKEN_FILE. Throws Problem settings-invalid.
 */
export const presetAccess = async (
  store: AccessStore,
  env: NodeJS.ProcessEnv,
  now: number,
): Promise<Required<Pick<Options, "isPasswordFixed" | "presetToken">>> => {
  const presetToken = secretOf(env, "AUTH_TOKEN");
  if (presetToken !== null && presetToken.length < TOKEN_MIN)
    throw new Problem(
      "settings-invalid",
      `AUTH_TOKEN: has less than ${TOKEN_MIN} characters; take \`openssl rand -hex 32\``,
    );
  const file = env.AUTH_PASSWORD_FILE;
  if (!file) return { isPasswordFixed: false, presetToken };
  const password = readSecretFile("AUTH_PASSWORD_FILE", file);
  const issue = passwordIssue(password, password);
  if (issue !== null) throw new Problem("settings-invalid", `AUTH_PASSWORD_FILE: ${file}: ${issue}`);
  const stored = store.password();
  if (stored === null || !(await isPassword(password, stored.hash)))
    store.setPassword(await hashPassword(password), now);
  return { isPasswordFixed: true, presetToken };
};
