/** `cvc doctor`: checks what the program needs, one line each with the mend. */
import { constants } from "node:fs";
import { access, lstat, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import type { Command } from "commander";
import { ENCODER_NAMES, ENCODERS, type Encoder } from "../../core/encoders.ts";
import { humanBytes } from "../../core/human-text.ts";
import { archivePath } from "../../core/output-paths.ts";
import { PROBLEMS, Problem, toProblem } from "../../core/problem.ts";
import type { EncoderChoice, Settings } from "../../core/settings.ts";
import { createFfmpeg, type Ffmpeg } from "../../edges/ffmpeg.ts";
import { type EncoderTrial, readCapabilities, tryDecoding, tryEncoder } from "../../edges/gpu.ts";
import { dataFolder, loadSettings } from "../settings-source.ts";
import { dataOption, jsonOption, settingsOption } from "./choices.ts";
import { databaseFindings, restoreDatabase } from "./doctor-database.ts";
import { type Finding, printFinding } from "./finding.ts";

type Options = {
  readonly settings?: string;
  readonly port: string;
  readonly data?: string;
  readonly restoreDatabase?: string;
  readonly json?: boolean;
};

export const addDoctor = (program: Command): void => {
  program
    .command("doctor")
    .description(
      "check ffmpeg, encoders by a real test encode, database and backups, library folders and port",
    )
    .addOption(settingsOption())
    .option("--port <number>", "the port to check", process.env.PORT ?? "9000")
    .addOption(dataOption())
    .option("--restore-database <name>", "put a backup back: its name as doctor lists it, or newest")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  cvc doctor
  cvc doctor --restore-database newest     while the program is stopped; deletes nothing

Exit code 3 when something the program needs is missing.`,
    )
    .action(doctor);
};

const doctor = async (options: Options): Promise<void> => {
  const json = options.json ?? false;
  const data = dataFolder(options.data);
  if (options.restoreDatabase !== undefined) return restoreDatabase(data, options.restoreDatabase, json);
  let isBad = false;
  const say = (finding: Finding): void => {
    isBad ||= finding.state === "bad";
    printFinding(finding, json);
  };
  const settings = loadSettings(options.settings);
  say({
    check: "settings",
    state: "ok",
    detail: `${Object.keys(settings.libraries).length} libraries, devices ${settings.devices.join(", ")}`,
    mend: "",
  });
  for (const finding of databaseFindings(data)) say(finding);
  await checkEncoders(settings, say);
  for (const [name, library] of Object.entries(settings.libraries)) {
    await checkRoot(name, library.root, say);
    if (library.original === "archive")
      await checkArchive(name, archivePath(library.root, "x", library.archive), library.root, say);
  }
  say(await checkPort(Number(options.port)));
  if (isBad) process.exitCode = 3;
};

const checkEncoders = async (settings: Settings, say: (finding: Finding) => void): Promise<void> => {
  const ffmpeg = createFfmpeg();
  const { encoder: choice, gpu_only } = settings.operational;
  const trials: EncoderTrial[] = [];
  try {
    const { version } = await readCapabilities(ffmpeg);
    say({ check: "ffmpeg", state: "ok", detail: version || "says no version", mend: "" });
    for (const name of ENCODER_NAMES) {
      const trial = await tryEncoder(ffmpeg, ENCODERS[name]);
      trials.push(trial);
      say({
        check: `encoder ${trial.encoder.codec}`,
        state: trial.works ? "ok" : "note",
        detail: trial.works ? "encodes" : trial.why,
        mend: "",
      });
    }
    say(await checkDecoding(ffmpeg, trials, choice));
  } catch (thrown) {
    const problem = toProblem(thrown);
    return say({ check: "ffmpeg", state: "bad", detail: problem.message, mend: problem.hint });
  }
  const isAllowed = ({ name, isHardware }: Encoder): boolean =>
    choice === name || (choice === "auto" && (!gpu_only || isHardware));
  if (!trials.some(({ encoder, works }) => works && isAllowed(encoder)))
    say({
      check: "encoding",
      state: "bad",
      detail: PROBLEMS["encoder-unavailable"].title,
      mend: PROBLEMS["encoder-unavailable"].hint,
    });
};

/** The card of the settings, else the first that encodes; where none does, why the first of them does not. */
const checkDecoding = async (
  ffmpeg: Ffmpeg,
  trials: readonly EncoderTrial[],
  choice: EncoderChoice,
): Promise<Finding> => {
  const check = "decoding on the card";
  const cards = trials.filter(({ encoder }) => encoder.isHardware);
  const working = cards.filter(({ works }) => works);
  const card = working.find(({ encoder }) => encoder.name === choice) ?? working[0];
  if (!card)
    return { check, state: "note", detail: `not tried, no card encodes: ${cards[0]?.why ?? ""}`, mend: "" };
  const found = await tryDecoding(ffmpeg, card.encoder);
  return found.kind === "proven"
    ? { check, state: "ok", detail: `proven with ${card.encoder.codec}`, mend: "" }
    : { check, state: "note", detail: `the processor decodes: ${found.why}`, mend: "" };
};

const checkRoot = async (name: string, root: string, say: (finding: Finding) => void): Promise<void> => {
  const check = `library ${name}`;
  try {
    if (!(await lstat(root)).isDirectory()) throw new Problem("root-missing", root);
    await access(root, constants.R_OK | constants.X_OK);
  } catch {
    return say({
      check,
      state: "bad",
      detail: `${root} cannot be read`,
      mend: PROBLEMS["root-missing"].hint,
    });
  }
  const isWritable = await access(root, constants.W_OK).then(
    () => true,
    () => false,
  );
  const { bavail, bsize, blocks } = await statfs(root);
  const detail = `${root}, ${humanBytes(bavail * bsize)} free of ${humanBytes(blocks * bsize)}`;
  if (isWritable) say({ check, state: "ok", detail, mend: "" });
  else
    say({
      check,
      state: "bad",
      detail: `${root} is read-only for this user`,
      mend: PROBLEMS["folder-not-writable"].hint,
    });
};

const checkArchive = async (
  name: string,
  place: string,
  root: string,
  say: (finding: Finding) => void,
): Promise<void> => {
  const folder = dirname(place);
  const device = async (path: string): Promise<number | null> =>
    lstat(path).then(
      (found) => found.dev,
      () => null,
    );
  const same = (await device(folder)) ?? (await device(dirname(folder)));
  const isSame = same !== null && same === (await device(root));
  const detail = isSame
    ? `${folder}, same disk as the library`
    : `${folder} is on another disk: originals are copied, compared and then removed`;
  say({ check: `archive of ${name}`, state: isSame ? "ok" : "note", detail, mend: "" });
};

const checkPort = (port: number): Promise<Finding> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () =>
      resolve({
        check: "port",
        state: "note",
        detail: `${port} is taken`,
        mend: "The orchestrator may be running already.",
      }),
    );
    server.listen(port, "127.0.0.1", () =>
      server.close(() => resolve({ check: "port", state: "ok", detail: `${port} is free`, mend: "" })),
    );
  });
