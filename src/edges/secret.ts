/** What a secret is: made so that nobody guesses it, kept by its hash, read from where the environment says. */
import { createHash, randomBytes, randomInt } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { Problem } from "../core/problem.ts";

/** Without the letters and digits that are taken for each other. */
const LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
const FILE_MAX_BYTES = 4096;

/** 256 bits; `prefix` says to whom finds it what it is. */
export const newSecret = (prefix = ""): string => prefix + randomBytes(32).toString("base64url");

/** A code that a person reads off one screen and types on another: `ABCD-EFGH`, 39 bits. */
export const newCode = (): string =>
  Array.from({ length: 8 }, (_, at) => (at === 4 ? "-" : "") + LETTERS[randomInt(LETTERS.length)]).join("");

/** A secret of 256 bits needs no salt. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/** The first line of a file that holds a secret. Throws Problem settings-invalid, which never says what stands in it. */
export const readSecretFile = (name: string, file: string): string => {
  try {
    if (statSync(file).size > FILE_MAX_BYTES) throw new Error("larger than 4 KiB");
    const [line = ""] = readFileSync(file, "utf8").split(/\r?\n/, 1);
    if (line === "") throw new Error("empty");
    return line;
  } catch (thrown) {
    const why = thrown instanceof Error && "code" in thrown ? String(thrown.code) : (thrown as Error).message;
    throw new Problem(
      "settings-invalid",
      `${name}: ${file}: ${why}`,
      undefined,
      `Correct the file, or ${name}.`,
    );
  }
};

/** The secret in the variable `name`, else in the file that `name`_FILE names; null when neither is set. */
export const secretOf = (env: NodeJS.ProcessEnv, name: string): string | null => {
  if (env[name]) return env[name];
  const file = env[`${name}_FILE`];
  return file ? readSecretFile(`${name}_FILE`, file) : null;
};
