/**
 * How fast a film comes to a worker without a shared folder, and its result back, beside what does the same without a hash:
 * a copy on the disk, and one plain `fetch` of the whole file. The server is another process; both are on this machine.
 *
 *     node bench/transfer.ts [MIB] [ROUNDS]
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { connectTransfer } from "../src/edges/transfer-client.ts";
import { giveOut } from "../test/support/given-out.ts";

const MIB = 1024 * 1024;
const NEVER = new AbortController().signal;

type Said = {
  readonly url: string;
  readonly plainUrl: string;
  readonly order: Awaited<ReturnType<typeof giveOut>>["order"];
};

/** The other process: the orchestrator's server, and a plain one for the same file. */
const serve = async (sizeBytes: number): Promise<void> => {
  const ends: (() => unknown)[] = [];
  const the = await giveOut({ after: (end) => void ends.push(end as () => unknown) }, { sizeBytes });
  const plain = createServer((_, to) => createReadStream(the.order.sourcePath).pipe(to));
  await once(plain.listen(0, "127.0.0.1"), "listening");
  const plainUrl = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
  process.send?.({ url: the.url, plainUrl, order: the.order } satisfies Said);
  const giveAgain = async (): Promise<void> => {
    await the.control.workFiles.close(the.token, "swept");
    the.control.workFiles.open(the.order, the.root);
    process.send?.("again");
  };
  process.on("message", () => void giveAgain());
  process.once("disconnect", () => {
    plain.closeAllConnections();
    for (const end of ends) end();
    process.exit(0);
  });
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const measure = async (sizeBytes: number, rounds: number): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "cvc-bench-"));
  const child = fork(fileURLToPath(import.meta.url), ["--serve", String(sizeBytes)]);
  try {
    const [said] = (await once(child, "message")) as [Said];
    const { order } = said;
    const to = join(folder, "film");
    const client = connectTransfer(said.url, null);
    const source = { token: order.token, sizeBytes, fingerprint: order.sourceFingerprint };
    const ways: Readonly<Record<string, () => Promise<unknown>>> = {
      "copy on the disk": () => copyFile(order.sourcePath, to),
      "one plain fetch": async () => {
        const { body } = await fetch(said.plainUrl);
        if (body) await pipeline(Readable.fromWeb(body as never), createWriteStream(to));
      },
      "fetched in hashed blocks": () => client.fetchSource(source, to, () => {}, NEVER),
      "returned in hashed blocks": async () => {
        child.send("again");
        await once(child, "message");
        const begun = performance.now();
        await client.returnFiles(order.token, [{ name: "mp4", path: order.sourcePath }], () => {}, NEVER);
        return performance.now() - begun;
      },
    };
    const seconds = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++)
      for (const [name, way] of Object.entries(ways)) {
        await rm(to, { force: true });
        const begun = performance.now();
        const own = await way();
        const ms = typeof own === "number" ? own : performance.now() - begun;
        seconds.set(name, [...(seconds.get(name) ?? []), ms / 1000]);
      }
    const plain = median(seconds.get("one plain fetch") ?? []);
    for (const [name, all] of seconds) {
      const each = median(all);
      const speed = (sizeBytes / MIB / each).toFixed(0);
      console.log(
        `${name.padEnd(26)} ${speed.padStart(6)} MiB/s, ${(plain / each).toFixed(2)} of a plain fetch`,
      );
    }
  } finally {
    child.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
};

const [first = "512", second = "5"] = process.argv.slice(2);
if (first === "--serve") await serve(Number(second));
else await measure(Number(first) * MIB, Number(second));
