/** One bench in a process of its own, which `bench/run.ts` starts: `node bench/frame/one.ts FILE MOST [--quick]`. */
import { prepareNode } from "../../src/apps/prepare-node.ts";
import { type Bench, machineNow, rowOf } from "./row.ts";

// As the program itself, whole or in part, is started by people.
prepareNode();
const [file = "", most, quick] = process.argv.slice(2);
const { bench } = (await import(`../rows/${file}`)) as { readonly bench: Bench };
const given = {
  isQuick: quick === "--quick",
  sizes: (all: readonly number[]) => all.filter((each) => each <= Number(most)),
};
const machine = machineNow();
for (const each of await bench.run(given))
  process.stdout.write(`${JSON.stringify(rowOf(each, machine, Date.now()))}\n`);
