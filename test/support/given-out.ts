/** A film that is given out to a worker which reaches the orchestrator's real server over HTTP and nothing else of it. */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { FastifyInstance } from "fastify";
import type { Access } from "../../src/apps/access.ts";
import { buildServer } from "../../src/apps/http/server.ts";
import { estimate } from "../../src/core/estimate.ts";
import { PROTOCOL, type WorkOrder } from "../../src/core/work-order.ts";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { openTestControl, type TestControl } from "./control.ts";
import { media as mediaOf, planFor, wish } from "./media.ts";
import { tempFolder } from "./temp.ts";

export const MIB = 1024 * 1024;

export type GivenOut = {
  readonly app: FastifyInstance;
  readonly control: TestControl;
  readonly url: string;
  readonly root: string;
  readonly order: WorkOrder;
  readonly token: string;
  readonly source: Buffer;
  /** An empty folder of the worker's. */
  readonly scratch: string;
  /** Gives out another film of this size. */
  readonly give: (name: string, sizeBytes: number) => Promise<WorkOrder>;
};

export const hashOf = (bytes: Uint8Array, encoding: "hex" | "base64" = "hex"): string =>
  createHash("sha256").update(bytes).digest(encoding);

/** Waits hardly at all for who does not answer. */
export const HASTY = { away: 3000, unknown: 1500 };

export const giveOut = async (
  context: Pick<TestContext, "after">,
  { sizeBytes = 9 * MIB + 77, access }: { readonly sizeBytes?: number; readonly access?: Access } = {},
): Promise<GivenOut> => {
  const folder = tempFolder(context);
  const [root, scratch, data] = ["library", "scratch", "data"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [join(root, "A Film"), scratch, data]) mkdirSync(each, { recursive: true });
  const { control, close } = openTestControl(data);
  const app = buildServer(control, access ? { access } : {});
  await app.listen({ host: "127.0.0.1", port: 0 });
  context.after(async () => {
    await app.close();
    close();
  });
  const give = async (name: string, bytes: number): Promise<WorkOrder> => {
    const sourcePath = join(root, "A Film", name);
    writeFileSync(sourcePath, randomBytes(bytes));
    const media = mediaOf();
    const plan = planFor(media);
    const order: WorkOrder = {
      protocol: PROTOCOL,
      token: randomBytes(16).toString("hex"),
      lane: "encodes",
      library: "movies",
      assetId: 1,
      sourcePath,
      sourceBytes: bytes,
      sourceFingerprint: await fingerprintFile(sourcePath, bytes),
      folder: join(root, "A Film"),
      base: root,
      media,
      plan,
      estimate: { ...estimate(media, plan, false), bytes },
      wish: wish(),
      original: "keep",
      earlierSidecars: [],
      mayDecodeOnCard: true,
    };
    control.workFiles.open(order, root);
    return order;
  };
  const order = await give("A Film.mkv", sizeBytes);
  const { port } = app.server.address() as { port: number };
  const source = readFileSync(order.sourcePath);
  return {
    app,
    control,
    url: `http://127.0.0.1:${port}`,
    root,
    order,
    token: order.token,
    source,
    scratch,
    give,
  };
};
