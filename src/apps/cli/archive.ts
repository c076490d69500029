import type { Command } from "commander";
import { humanBytes } from "../../core/human-text.ts";
import type { RemoteArchived } from "../../edges/orchestrator-client.ts";
import { tokenOption } from "./choices.ts";
import { connect } from "./connect.ts";
import { printJson, printLine } from "./output.ts";

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** `   12  2026-11-03     4.2 GB  leaves 2026-12-04  /films/.chromecast-originals/Heat.mkv`. */
const lineOf = ({ assetId, since, sizeBytes, leavesAt, keptFor, path }: RemoteArchived): string => {
  const leaves =
    keptFor !== null ? `stays: ${keptFor}` : leavesAt === null ? "stays" : `leaves ${day(leavesAt)}`;
  return `${String(assetId).padStart(6)}  ${day(since)}  ${humanBytes(sizeBytes).padStart(8)}  ${leaves}  ${path}`;
};

export const addArchive = (program: Command): void => {
  program
    .command("archive")
    .description("list archived originals and converted films set aside, and when each leaves")
    .addOption(tokenOption())
    .option("--json", "one JSON object a line")
    .addHelpText(
      "after",
      `
Nothing leaves the archive unless operational.archive_retention_days is set; then it is listed here before it does.

Example:
  cvc archive
  cvc restore 12`,
    )
    .action(async ({ json, token }: { json?: boolean; token?: string }) => {
      let bytes = 0;
      let files = 0;
      for await (const file of connect({ token }).archive()) {
        files++;
        bytes += file.sizeBytes;
        if (json) printJson("archived", file);
        else printLine(lineOf(file));
      }
      if (!json) printLine(`${files} ${files === 1 ? "file" : "files"}, ${humanBytes(bytes)}`);
    });
};
