/** A way between two programs on which a test lets things go wrong. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** `flip-up`, `flip-down`: one byte of what is sent or answered; `cut`: the connection, in the middle of the answer or (`cut-up`) of what is sent. */
export type Mischief =
  | "flip-up"
  | "flip-down"
  | "cut-up"
  | "cut-down"
  | "lose-answer"
  | "twice"
  | "late"
  | null;
type Asked = { readonly method: string; readonly path: string };

const LATE_MS = 2500;

const readAll = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};

const flipped = (bytes: Buffer): Buffer => {
  const other = Buffer.from(bytes);
  const at = Math.floor(other.length / 2);
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
};

/** A proxy to `target` that does to each request what `mischief` says; gives its address. */
export const badNetwork = async (
  context: Pick<TestContext, "after">,
  target: string,
  mischief: (asked: Asked) => Mischief,
): Promise<string> => {
  const forward = async (
    from: IncomingMessage,
    body: Buffer,
  ): Promise<{ readonly reply: IncomingMessage; readonly bytes: Buffer }> => {
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { ...from.headers, host: new URL(target).host };
      request(new URL(from.url ?? "/", target), { method: from.method ?? "GET", headers }, resolve)
        .on("error", reject)
        .end(body);
    });
    return { reply, bytes: await readAll(reply) };
  };
  const handle = async (from: IncomingMessage, to: ServerResponse): Promise<void> => {
    const does = mischief({ method: from.method ?? "", path: from.url ?? "" });
    const body = await readAll(from);
    if (does === "cut-up") {
      const cut = request(new URL(from.url ?? "/", target), {
        method: from.method ?? "",
        headers: from.headers,
      });
      cut.on("error", () => {});
      cut.write(body.subarray(0, body.length / 2), () => setTimeout(() => cut.destroy(), 20));
      from.socket.destroy();
      return;
    }
    if (does === "late") await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    const { reply, bytes } = await forward(from, does === "flip-up" ? flipped(body) : body);
    if (does === "twice") await forward(from, body);
    if (does === "lose-answer") {
      from.socket.destroy();
      return;
    }
    to.writeHead(reply.statusCode ?? 500, reply.headers);
    if (does === "cut-down") {
      to.write(bytes.subarray(0, bytes.length / 2), () => to.destroy());
      return;
    }
    to.end(does === "flip-down" ? flipped(bytes) : bytes);
  };
  const server = createServer((from, to) => {
    handle(from, to).catch(() => to.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
