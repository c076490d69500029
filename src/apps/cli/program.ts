import { Command } from "commander";

type Add = (program: Command) => void;

/**
 * Each verb with where it is. Read when it is asked for: what `serve` works with is a thousand files, which `inspect` of one
 * film would wait for longer than for ffprobe.
 */
const VERBS: Readonly<Record<string, () => Promise<Add>>> = {
  serve: async () => (await import("./serve.ts")).addServe,
  watch: async () => (await import("./watch.ts")).addWatch,
  worker: async () => (await import("./worker.ts")).addWorker,
  inspect: async () => (await import("./inspect.ts")).addInspect,
  convert: async () => (await import("./convert.ts")).addConvert,
  scan: async () => (await import("./scan.ts")).addScan,
  status: async () => (await import("./status.ts")).addStatus,
  queue: async () => (await import("./queue.ts")).addQueue,
  assets: async () => (await import("./assets.ts")).addAssets,
  retry: async () => (await import("./retry.ts")).addRetry,
  archive: async () => (await import("./archive.ts")).addArchive,
  restore: async () => (await import("./restore.ts")).addRestore,
  notify: async () => (await import("./notify.ts")).addNotify,
  doctor: async () => (await import("./doctor.ts")).addDoctor,
  password: async () => (await import("./password.ts")).addPassword,
  token: async () => (await import("./token.ts")).addToken,
};

/**
 * The command line for a run that begins with the word `first`: with that verb alone, or, where it names none (help, a slip
 * of the pen), with all. Parsing throws CommanderError for wrong usage, help and version.
 */
export const buildProgram = async (version: string, first = ""): Promise<Command> => {
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
  const named = Object.hasOwn(VERBS, first) ? VERBS[first] : undefined;
  for (const load of named ? [named] : Object.values(VERBS)) (await load())(program);
  return program;
};
