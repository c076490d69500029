/** `cvc token`: tokens of programs, made and revoked on the machine itself; the program may run meanwhile. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { SCOPE_WORDS, SCOPES, type Scope } from "../../core/access.ts";
import { Problem } from "../../core/problem.ts";
import { type AccessStore, openAccessStore, type Token } from "../../edges/store/access-store.ts";
import { makeToken } from "../access.ts";
import { dataFolder } from "../settings-source.ts";
import { dataOption, jsonOption } from "./choices.ts";
import { printJson, printLine } from "./output.ts";

type Options = { readonly data?: string; readonly json?: boolean };
type Made = Options & { readonly scope: Scope; readonly days?: number };

const DAYS_MAX = 3650;

const toDays = (text: string): number => {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX)
    throw new InvalidArgumentError(`Days are 1 to ${DAYS_MAX}.`);
  return days;
};

const day = (at: number | null): string => (at === null ? "never" : new Date(at).toISOString().slice(0, 10));

const lineOf = ({ id, name, scope, usedAt, expiresAt }: Token): string =>
  `${String(id).padStart(4)}  ${scope.padEnd(8)} used ${day(usedAt)}, expires ${day(expiresAt)}  ${name}`;

const withStore = <T>({ data }: Options, work: (store: AccessStore) => T): T => {
  const store = openAccessStore(dataFolder(data));
  try {
    return work(store);
  } finally {
    store.close();
  }
};

const list = (options: Options): void => {
  const tokens = withStore(options, (store) => store.tokens());
  for (const each of tokens) {
    if (options.json) printJson("token", each);
    else printLine(lineOf(each));
  }
  if (tokens.length === 0 && !options.json) printLine("There are no tokens.");
};

const create = (
  name: string,
  { scope, days = null, ...options }: Omit<Made, "days"> & { days?: number | null },
): void => {
  const token = withStore(options, (store) => makeToken(store, { name, scope, days, now: Date.now() }));
  if (options.json) printJson("token-made", { name, scope, token });
  else printLine(token);
};

const revoke = (id: string, options: Options): void => {
  if (!withStore(options, (store) => store.revokeToken(Number(id) || 0)))
    throw new Problem("usage-invalid", `There is no token ${id}.`);
  if (options.json) printJson("token-revoked", { id: Number(id) });
  else printLine("The token does nothing any more.");
};

export const addToken = (program: Command): void => {
  const token = program
    .command("token")
    .description("tokens with which programs show who they are: list, make, revoke")
    .addHelpText(
      "after",
      `
Needs the right to write in the data folder and nothing else; works while the program runs.
${SCOPES.map((each) => `  ${each.padEnd(8)} ${SCOPE_WORDS[each]}`).join("\n")}

Examples:
  cvc token create watcher --scope operate
  AUTH_TOKEN=$(cvc token create laptop --scope read --days 90) cvc status
  cvc token list
  cvc token revoke 3`,
    );
  const verb = (name: string, description: string): Command =>
    token.command(name).description(description).addOption(dataOption()).addOption(jsonOption());
  verb("list", "all tokens, by their numbers").action(list);
  verb("create <name>", "make one and print it; it is never shown again")
    .addOption(new Option("--scope <scope>", "what it may").choices(SCOPES).default("operate"))
    .option("--days <number>", "it expires after so many; without, never", toDays)
    .action(create);
  verb("revoke <id>", "take one away").action(revoke);
};
