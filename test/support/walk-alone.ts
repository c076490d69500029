/** A program that walks ROOT and says what it saw; ended by an abort after ABORT_MS it says so, and that it could do other things. */
import { walkLibrary } from "../../src/edges/library-walk.ts";

const [root = "", abortMs] = process.argv.slice(2);
const abort = new AbortController();
if (abortMs !== undefined) setTimeout(() => abort.abort(), Number(abortMs));
const paths: string[] = [];
let ticks = 0;
const ticking = setInterval(() => ticks++, 10);
try {
  for await (const batch of walkLibrary({ root, depth: "max", rule: "films" }, abort.signal))
    for (const { path } of batch) paths.push(path);
  process.stdout.write(JSON.stringify({ paths, ticks }));
} catch (thrown) {
  process.stdout.write(JSON.stringify({ thrown: (thrown as Error).name, ticks }));
} finally {
  clearInterval(ticking);
}
