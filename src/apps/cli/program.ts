import { Command } from "commander";
import { addArchive } from "./archive.ts";
import { addAssets } from "./assets.ts";
import { addConvert } from "./convert.ts";
import { addDoctor } from "./doctor.ts";
import { addInspect } from "./inspect.ts";
import { addNotify } from "./notify.ts";
import { addPassword } from "./password.ts";
import { addQueue } from "./queue.ts";
import { addRestore } from "./restore.ts";
import { addRetry } from "./retry.ts";
import { addScan } from "./scan.ts";
import { addServe } from "./serve.ts";
import { addStatus } from "./status.ts";
import { addToken } from "./token.ts";
import { addWatch } from "./watch.ts";
import { addWorker } from "./worker.ts";

/** The command line with all its verbs. Parsing throws CommanderError for wrong usage, help and version. */
export const buildProgram = (version: string): Command => {
  const program = new Command("cvc")
    .description("Makes every film in a folder play on your Chromecast, with the least work.")
    .version(version)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .showHelpAfterError("(add --help for what it takes)")
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      `
Examples:
  cvc inspect ~/Films              what plays, what would be done; writes nothing
  cvc convert film.mkv             do it now for one film
  cvc serve ~/Films                keep a folder ready, with a page on port 9000

Exit codes: 0 done, 1 some films failed, 2 wrong usage or settings, 3 something is missing, 130 interrupted.`,
    );
  for (const add of [
    addServe,
    addWatch,
    addWorker,
    addInspect,
    addConvert,
    addScan,
    addStatus,
    addQueue,
    addAssets,
    addRetry,
    addArchive,
    addRestore,
    addNotify,
    addDoctor,
    addPassword,
    addToken,
  ])
    add(program);
  return program;
};
