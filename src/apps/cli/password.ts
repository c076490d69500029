/** `cvc password`: sets another password, on the machine itself; the program may run meanwhile. */
import type { Command } from "commander";
import { openAccessStore } from "../../edges/store/access-store.ts";
import { setPassword } from "../access.ts";
import { dataFolder } from "../settings-source.ts";
import { askNewSecret } from "./ask-secret.ts";
import { dataOption } from "./choices.ts";
import { printLine } from "./output.ts";

type Options = { readonly data?: string; readonly remove?: boolean };

export const addPassword = (program: Command): void => {
  program
    .command("password")
    .description("set the password of the page, when it is lost or before the first start")
    .addOption(dataOption())
    .option(
      "--remove",
      "take it away: the next visit sets a new one, or none is asked for on this machine alone",
    )
    .addHelpText(
      "after",
      `
Needs the right to write in the data folder and nothing else; works while the program runs. Every browser has to log in
again; tokens stay. With AUTH_PASSWORD_FILE the next start takes the password of the file again.

Examples:
  cvc password
  openssl rand -base64 18 | tee my-password | cvc password
  docker compose exec orchestrator ./cvc password`,
    )
    .action(async ({ data, remove }: Options) => {
      const folder = dataFolder(data);
      const store = openAccessStore(folder);
      try {
        if (remove) store.setPassword(null, Date.now());
        else await setPassword(store, await askNewSecret("New password"), Date.now());
      } finally {
        store.close();
      }
      printLine(
        remove
          ? `There is no password any more (${folder}).`
          : `The password is set (${folder}). Every browser has to log in again.`,
      );
    });
};
