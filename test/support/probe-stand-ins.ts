/** Probe processes that misbehave, each a few lines of Node. */
import type { Command } from "../../src/edges/probe/process.ts";

const READY = `console.log(JSON.stringify({ kind: "ready", version: "stand-in" }));`;
const onAsked = (does: string): string =>
  `${READY} require("readline").createInterface({ input: process.stdin }).on("line", (line) => { ${does} });`;

/** What each does when it is asked, or before. */
export const MISBEHAVIOURS = {
  hangs: onAsked("for (;;);"),
  "dies by a signal": onAsked(`process.kill(process.pid, "SIGSEGV");`),
  ends: onAsked("process.exit(0);"),
  "answers rubbish": onAsked(`console.log("no JSON");`),
  "answers JSON of another kind": onAsked(
    `console.log(JSON.stringify({ kind: "read", json: {}, packets: 7 }));`,
  ),
  floods: onAsked(`setInterval(() => process.stdout.write("x".repeat(1e6)), 1);`),
  "answers twice": onAsked(
    `const no = JSON.stringify({ kind: "declined", why: "" }); console.log(no + "\\n" + no);`,
  ),
  "is ready again": onAsked(READY),
} as const;

const node = (script: string): Command => [process.execPath, "-e", script];

/** One of these. */
export const misbehaving = (name: keyof typeof MISBEHAVIOURS): Command => node(MISBEHAVIOURS[name]);

/** One that answers each question with `said`, and one that says this instead of being ready. */
export const saying = (said: object): Command =>
  node(onAsked(`console.log(${JSON.stringify(JSON.stringify(said))});`));
export const sayingFirst = (said: object): Command =>
  node(`console.log(${JSON.stringify(JSON.stringify(said))}); setInterval(() => {}, 1000);`);
export const neverReady: Command = node("setInterval(() => {}, 1000);");
