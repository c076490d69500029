/**
 * `npm test`: every test file with Node's own runner. Further arguments are test files, which replace the whole set,
 * or options of the runner, such as --test-name-pattern=TEXT.
 */
import { spawnSync } from "node:child_process";

const given = process.argv.slice(2);
const options = given.filter((each) => each.startsWith("-"));
const files = given.filter((each) => !each.startsWith("-"));

const { status } = spawnSync(
  process.execPath,
  [
    "--disable-warning=ExperimentalWarning",
    "--test",
    "--test-reporter=spec",
    "--test-concurrency=3",
    "--test-timeout=120000",
    // A connection that a test left open must not keep all of them waiting for ever.
    "--test-force-exit",
    ...options,
    ...(files.length > 0 ? files : ["src/**/*.test.ts", "test/**/*.test.ts"]),
  ],
  { stdio: "inherit" },
);
process.exitCode = status ?? 1;
