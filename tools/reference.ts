/** Writes docs/reference/ from the code's own tables: `node tools/reference.ts`. A test compares the two. */
import { writeFileSync } from "node:fs";
import { buildProgram } from "../src/apps/cli/program.ts";
import { DEVICE_NAMES, DEVICES } from "../src/core/devices.ts";
import { levelName } from "../src/core/h264-levels.ts";
import { METRICS } from "../src/core/metrics.ts";
import { isProblemCode, PROBLEMS } from "../src/core/problem.ts";
import { TRIED } from "../src/core/problem-tried.ts";
import { FIXES, REASONS } from "../src/core/reasons.ts";

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

const RETRY = {
  no: "no",
  backoff: "yes, later each time, until `max_attempts`",
  wait: "yes, when the world is ready; costs no attempt",
} as const;

const problems = (): string =>
  `# Problems

Every failure a person can meet has one of these codes: on the page, in the API (\`code\` of the problem document), and
on the command line (\`--json\`).

${table(
  ["code", "what", "what was tried", "what to do", "tried again by itself", "HTTP", "exit"],
  Object.entries(PROBLEMS).map(([code, row]) => [
    `\`${code}\``,
    row.title,
    isProblemCode(code) ? TRIED[code] : "",
    row.hint,
    RETRY[row.retry],
    String(row.http),
    String(row.exit),
  ]),
)}
`;

const FIX = {
  remux: "the container is rewritten, nothing is encoded (seconds)",
  repair: "H.264 headers are corrected and the container rewritten (seconds)",
  audio: "the sound is encoded, the picture copied",
  video: "the picture is encoded",
  refuse: "nothing helps",
} as const;

const reasons = (): string =>
  `# Reasons

Why a file does not play, and the least work that mends it. A file's work is the dearest of its reasons.

${FIXES.map(
  (fix) =>
    `## ${fix}: ${FIX[fix]}\n\n${table(
      ["code", "phrase"],
      Object.entries(REASONS).flatMap(([code, row]) =>
        row.fix === fix ? [[`\`${code}\``, row.phrase]] : [],
      ),
    )}`,
).join("\n\n")}
`;

const devices = (): string =>
  `# Devices

What each screen plays. \`devices\` in the settings names the screens of the household; a film must play on all of them.

${table(
  ["name", "device", "H.264", "other pictures", "HDR", "Dolby Vision", "source"],
  DEVICE_NAMES.map((name) => {
    const device = DEVICES[name];
    const modes = (each: (typeof device.video)[number]): string =>
      each.modes.map((mode) => `${mode.width}x${mode.height} at ${mode.maxFps} fps`).join(", ");
    const h264 = device.video.find((each) => each.codec === "h264");
    return [
      `\`${name}\``,
      device.label,
      h264 ? `up to level ${levelName(h264.maxLevel ?? 0)}: ${modes(h264)}` : "",
      device.video
        .flatMap((each) => (each.codec === "h264" ? [] : [`${each.codec} (${modes(each)})`]))
        .join("; "),
      device.hdr.map((each) => ({ smpte2084: "HDR10", "arib-std-b67": "HLG" })[each]).join(", ") || "no",
      device.dolbyVision ? "yes" : "no",
      device.source,
    ];
  }),
)}

Sound is the same on all: AAC-LC with at most two channels at 32, 44.1 or 48 kHz in MP4; Opus or Vorbis with at most two
channels in WebM. AC-3 and E-AC-3 are never decoded, only handed on: \`device_profiles.*.passthrough\` says what lies behind.

Other figures, and devices of your own: [Configuration](../user/02_configuration.md#devices).
`;

const commands = async (): Promise<string> => {
  const program = await buildProgram("0.0.0");
  const help = (command: (typeof program.commands)[number]): string => {
    let text = "";
    command.configureOutput({ writeOut: (part) => (text += part) }).configureHelp({ helpWidth: 100 });
    command.outputHelp();
    return text.trim();
  };
  return `# Commands

\`./cvc VERB\` (or \`npx cvc VERB\`) in the project's folder.

${program.commands.map((command) => `## ${command.name()}\n\n\`\`\`text\n${help(command)}\n\`\`\``).join("\n\n")}
`;
};

const metrics = (): string =>
  `# Metrics

What \`GET /metrics\` gives to Prometheus; set up as in [Operations](../user/13_operations.md#prometheus-and-grafana). Counters
and histograms begin anew with the program. A histogram \`X\` is read as \`X_bucket\`, \`X_sum\` and \`X_count\`. Besides these
there are the figures of the process itself, \`process_…\` and \`nodejs_…\` (memory, processor, event loop, garbage), as the
library prom-client names them.

No label holds the name of a film or a folder. \`library\` and \`place\` are names of your settings, \`code\` is one of the
[problems](problems.md), \`route\` is the pattern of an address.

${table(
  ["name", "kind", "labels", "what"],
  Object.entries(METRICS).map(([name, row]) => [
    `\`${name}\``,
    row.kind,
    row.labels.map((each) => `\`${each}\``).join(", "),
    row.help,
  ]),
)}
`;

/** Every page by its path below docs/reference. */
export const referencePages = async (): Promise<Readonly<Record<string, string>>> => ({
  "problems.md": problems(),
  "reasons.md": reasons(),
  "devices.md": devices(),
  "commands.md": await commands(),
  "metrics.md": metrics(),
});

if (import.meta.main)
  for (const [name, page] of Object.entries(await referencePages()))
    writeFileSync(new URL(`../docs/reference/${name}`, import.meta.url), page);
