/** `cvc doctor`: checks what the program needs, one line each with the mend. */
import { createServer } from "node:net";
import type { Command } from "commander";
import { ENCODER_NAMES, ENCODERS, type Encoder } from "../../core/encoders.ts";
import { PROBLEMS, toProblem } from "../../core/problem.ts";
import type { EncoderChoice, Settings } from "../../core/settings.ts";
import { createFfmpeg, type Ffmpeg } from "../../edges/ffmpeg.ts";
import { whoRuns } from "../../edges/folder-rights.ts";
import { type EncoderTrial, readCapabilities, tryDecoding, tryEncoder } from "../../edges/gpu.ts";
import { dataFolder, loadSettings } from "../settings-source.ts";
import { dataOption, jsonOption, settingsOption } from "./choices.ts";
import { databaseFindings, restoreDatabase } from "./doctor-database.ts";
import { dataFinding, folderFindings, userFinding } from "./doctor-folders.ts";
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
  const who = await whoRuns();
  say(userFinding(who));
  say(await dataFinding(who, data));
  for (const [name, library] of Object.entries(settings.libraries))
    for await (const finding of folderFindings(who, name, library)) say(finding);
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
