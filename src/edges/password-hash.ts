/** Passwords as they are kept: by scrypt, each with a salt of its own. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** OWASP's password storage cheat sheet, the row of 32 MiB: a small machine at home has no more to give. */
const COST = { logN: 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;

const derive = (password: string, salt: Buffer, { logN, r, p }: typeof COST): Promise<Buffer> => {
  const options: ScryptOptions = { N: 2 ** logN, r, p, maxmem: 2 * 128 * r * 2 ** logN };
  return new Promise((resolve, reject) =>
    // One keyboard sends é as one character, another as two.
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
};

/** `scrypt$logN$r$p$salt$key`; takes about a fifth of a second, away from the main thread. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ["scrypt", COST.logN, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join(
    "$",
  );
};

/** Whether `password` is the one of `stored`, compared in constant time. */
export const isPassword = async (password: string, stored: string): Promise<boolean> => {
  const [kind, logN, r, p, salt = "", key = ""] = stored.split("$");
  if (kind !== "scrypt") return false;
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) } as typeof COST;
  const derived = await derive(password, Buffer.from(salt, "base64url"), cost);
  const expected = Buffer.from(key, "base64url");
  return derived.length === expected.length && timingSafeEqual(derived, expected);
};
