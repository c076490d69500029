/** A mail server on loopback that keeps what it gets; `nobody@…` is nobody's address. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { SMTPServer } from "smtp-server";

type Mail = { readonly to: readonly string[]; readonly from: string; readonly source: string };

export const newMailServer = async (
  context: TestContext,
  options: { readonly login?: string; readonly secure?: boolean } = {},
) => {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    secure: options.secure ?? false,
    authOptional: options.login === undefined,
    allowInsecureAuth: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username, password }, _, done) =>
      `${username}:${password}` === options.login ? done(null, { user: username }) : done(new Error("no")),
    onRcptTo: ({ address }, _, done) =>
      address.startsWith("nobody")
        ? done(Object.assign(new Error("no such user"), { responseCode: 550 }))
        : done(),
    onData: async (stream, { envelope }, done) => {
      let source = "";
      for await (const chunk of stream) source += chunk;
      mails.push({
        to: envelope.rcptTo.map(({ address }) => address),
        from: envelope.mailFrom ? envelope.mailFrom.address : "",
        source,
      });
      done();
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  context.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  assert.ok(typeof address === "object" && address);
  return { mails, at: `127.0.0.1:${address.port}` };
};
