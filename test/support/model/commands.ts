/** Sequences of commands for the model test. */
import fc from "fast-check";
import type { Command } from "./command.ts";
import { DEEDS, putFilm } from "./deed-commands.ts";
import { bringOn, lookOnce, mount, publishOne, restoreOne, scanOnce, settle, WORK } from "./work-commands.ts";

const often = (weight: number, arbitrary: fc.Arbitrary<Command>): readonly fc.Arbitrary<Command>[] =>
  Array<fc.Arbitrary<Command>>(weight).fill(arbitrary);

/** Those that bring a film on come more often, so that there is something to break. `replayPath` is a failure's. */
export const anyCommands = (replayPath = "") =>
  fc.commands(
    [
      ...DEEDS,
      ...often(4, putFilm),
      ...WORK,
      ...often(6, bringOn),
      ...often(7, publishOne),
      ...often(2, scanOnce),
      ...often(3, lookOnce),
      ...often(3, mount),
      ...often(2, restoreOne),
      ...often(1, settle),
    ],
    { maxCommands: 40, size: "max", ...(replayPath === "" ? {} : { replayPath }) },
  );
