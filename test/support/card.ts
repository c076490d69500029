/** A graphics card made of two programs: an ffmpeg whose NVENC it is, and the nvidia-smi that says how hot it is. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { standIn } from "./orchestrator.ts";
import { tempFolder } from "./temp.ts";

export type TestCard = {
  /** The ffmpeg. */
  readonly program: string;
  /** What nvidia-smi prints from now on; `hang`: it never ends. */
  readonly smi: (text: string) => void;
  /** How the card fares; null: well. `cards`: what nvidia-smi lists; `refuses-1`: what ffmpeg says on the second of them. */
  readonly set: (
    name:
      | "lost"
      | "sessions"
      | "slow"
      | "fails"
      | "cards"
      | "refuses-0"
      | "refuses-1"
      | "sessions-0"
      | "sessions-1"
      | "fps-1",
    text: string | null,
  ) => void;
};

export const newCard = (context: TestContext): TestCard => {
  const folder = tempFolder(context);
  const { PATH, CVC_TEST_CARD } = process.env;
  context.after(() => {
    process.env.PATH = PATH;
    if (CVC_TEST_CARD === undefined) delete process.env.CVC_TEST_CARD;
    else process.env.CVC_TEST_CARD = CVC_TEST_CARD;
  });
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(
    join(bin, "nvidia-smi"),
    `#!/bin/sh\ncase "$*" in *uuid*) [ -e "${folder}/cards" ] && exec cat "${folder}/cards";; esac\nsaid=$(cat "${folder}/smi")\n[ "$said" = hang ] && { trap '' TERM; exec sleep 600; }\necho "$said"\n`,
  );
  chmodSync(join(bin, "nvidia-smi"), 0o755);
  process.env.PATH = bin + delimiter + PATH;
  process.env.CVC_TEST_CARD = folder;
  const smi = (text: string): void => writeFileSync(join(folder, "smi"), text);
  smi("50");
  return {
    program: standIn("a-card"),
    smi,
    set: (name, text) =>
      text === null ? rmSync(join(folder, name), { force: true }) : writeFileSync(join(folder, name), text),
  };
};
