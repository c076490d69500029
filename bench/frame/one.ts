/** One bench in a process of its own, which `bench/run.ts` starts: `node bench/frame/one.ts FILE [--quick]`. */
import { type Bench, machineNow, rowOf } from "./row.ts";

const [file = "", quick] = process.argv.slice(2);
const { bench } = (await import(`../rows/${file}`)) as { readonly bench: Bench };
const machine = machineNow();
for (const each of await bench.run({ isQuick: quick === "--quick" }))
  process.stdout.write(`${JSON.stringify(rowOf(each, machine, Date.now()))}\n`);
