/** `cvc doctor`: checks what the program needs, one line each with the mend. */
import { createServer } from "node:net";
import type { Command } from "commander";
import { createFfmpeg } from "../../edges/ffmpeg.ts";
import { redisAddress } from "../../edges/redis.ts";
import { databaseFindings } from "../doctor/database.ts";
import type { Finding } from "../doctor/finding.ts";
import { doctorFindings } from "../doctor/findings.ts";
import { dataFolder, loadSettings } from "../settings-source.ts";
import { dataOption, jsonOption, settingsOption } from "./choices.ts";
import { restoreDatabase } from "./doctor-database.ts";
import { printFinding } from "./finding.ts";

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
      "check ffmpeg, encoders by a real test encode, database and backups, library folders, servers and port",
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
  const redis = redisAddress(undefined, process.env) ?? undefined;
  const input = { settings, data, ffmpeg: createFfmpeg(), database: databaseFindings, redis };
  for await (const finding of doctorFindings(input)) say(finding);
  say(await checkPort(Number(options.port)));
  if (isBad) process.exitCode = 3;
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
