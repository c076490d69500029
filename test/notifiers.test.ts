/** Each receiver against a server that answers as the real one does, by its public documentation. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type Gathered, gather, messageOf } from "../src/core/notice-text.ts";
import { PROBLEMS } from "../src/core/problem.ts";
import { parseSettings } from "../src/core/settings.ts";
import type { NotifierSettings } from "../src/core/settings-notifiers.ts";
import { checkNotifier, sendNotice } from "../src/edges/notifier.ts";
import { newMailServer } from "./support/mail-server.ts";
import { NOW } from "./support/store.ts";
import { newTold } from "./support/told.ts";

const HOSTILE = "@everyone [x](http:__evil) <b>\r\nBcc: a@b_`*|~|*`.mkv";

const failedOf = (path: string): Gathered => {
  const data = { library: "movies", problem: "source-damaged", why: "secret /srv/films/x" };
  const gathered = gather(null, { kind: "failed", path, assetId: 7, data, at: NOW });
  assert.ok(gathered);
  return gathered;
};

const settingsOf = (notifier: object): NotifierSettings => {
  const parsed = parseSettings({ notifiers: { one: notifier } });
  assert.ok(parsed.kind === "ok", JSON.stringify(parsed));
  const one = parsed.settings.notifiers.one;
  assert.ok(one);
  return one;
};

const send = (notifier: object, path = "Sintel (2010).mkv") =>
  sendNotice(
    settingsOf(notifier),
    { message: messageOf(failedOf(path)), id: "msg_1", now: NOW },
    AbortSignal.timeout(5000),
  );

const failure = (outcome: Awaited<ReturnType<typeof send>>) =>
  outcome.kind === "failed" ? outcome.code : "arrived";

test("a webhook is JSON, and its signature is checked as Standard Webhooks says", async (context) => {
  const told = await newTold(context);
  const key = Buffer.from("0123456789abcdef01234567");
  const secret = `whsec_${key.toString("base64")}`;
  assert.deepEqual(await send({ url: `${told.url}/hook?a=b`, secret }), { kind: "arrived" });
  const [first] = told.all;
  assert.ok(first);
  assert.equal(first.path, "/hook?a=b");
  assert.equal(first.headers["content-type"], "application/json");
  assert.equal(first.headers["webhook-id"], "msg_1");
  assert.equal(first.headers["webhook-timestamp"], String(NOW / 1000));
  const signed = `msg_1.${NOW / 1000}.${first.body}`;
  const wanted = createHmac("sha256", key).update(signed).digest("base64");
  assert.equal(first.headers["webhook-signature"], `v1,${wanted}`);
  assert.deepEqual(JSON.parse(first.body), {
    type: "failed",
    timestamp: new Date(NOW).toISOString(),
    data: {
      tone: "bad",
      title: "Sintel (2010) could not be converted",
      text: `${PROBLEMS["source-damaged"].title}\n${PROBLEMS["source-damaged"].hint}`,
      count: 1,
      items: [{ title: "Sintel (2010)", assetId: 7, library: "movies", problem: "source-damaged" }],
    },
  });
  assert.doesNotMatch(first.body, /srv|\.mkv/);
});

test("a webhook without a secret is not signed, and one with a login in its address logs in", async (context) => {
  const told = await newTold(context);
  await send({ url: told.url.replace("//", "//me:p%40ss@") });
  assert.equal(told.all[0]?.headers["webhook-signature"], undefined);
  assert.equal(told.all[0]?.headers.authorization, `Basic ${Buffer.from("me:p@ss").toString("base64")}`);
});

test("a secret that cannot be sent is not said in the reason", async (context) => {
  const told = await newTold(context);
  for (const secret of ["top\nsecret", "top\u2013secret", "top\0secret"]) {
    const outcome = await send({ kind: "ntfy", url: `${told.url}/films`, secret });
    assert.equal(failure(outcome), "target-unreachable");
    assert.doesNotMatch(JSON.stringify(outcome), /top|secret/);
  }
  assert.equal(told.all.length, 0);
  assert.deepEqual(await send({ kind: "ntfy", url: `${told.url}/films`, secret: "tk_end\n" }), {
    kind: "arrived",
  });
});

test("an answer that never ends is cut off, and a redirect is not followed", async (context) => {
  const told = await newTold(context);
  const other = await newTold(context);
  told.answer = (response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write("x".repeat(65_536)), 1);
    response.on("close", () => clearInterval(more));
  };
  assert.equal(failure(await send({ url: told.url })), "arrived");
  told.answer = (response) => response.writeHead(307, { location: other.url }).end();
  assert.equal(failure(await send({ url: told.url })), "target-not-found");
  assert.deepEqual(other.all, []);
});

test("nobody there, and a time-out, are said in words without the address", async () => {
  const outcome = await send({ url: "http://127.0.0.1:1/s3cr3t" });
  assert.equal(failure(outcome), "target-unreachable");
  assert.doesNotMatch(JSON.stringify(outcome), /s3cr3t/);
});

test("ntfy gets JSON at its root, with the topic, so that no name is part of a header", async (context) => {
  const told = await newTold(context);
  // As ntfy answers: the message, or an error with a code of its own.
  told.answer = (response, { headers, path }) => {
    response.setHeader("content-type", "application/json");
    if (path === "/base/v1/health") return response.end('{"healthy":true}');
    if (headers.authorization !== "Bearer tk_1")
      return response.writeHead(403).end('{"code":40301,"http":403,"error":"forbidden"}');
    return response.end('{"id":"x","event":"message"}');
  };
  const settings = { kind: "ntfy", url: `${told.url}/base/my-topic`, secret: "tk_1" };
  assert.equal(failure(await send(settings, HOSTILE)), "arrived");
  const [first] = told.all;
  assert.equal(first?.path, "/base/");
  const body = JSON.parse(first?.body ?? "");
  assert.equal(body.topic, "my-topic");
  assert.equal(body.priority, 4);
  assert.doesNotMatch(body.title, /[\r\n]/);
  assert.deepEqual(
    Object.keys(first?.headers ?? {}).filter((each) => /title|message|bcc|tags/i.test(each)),
    [],
  );
  const refused = await send({ ...settings, secret: "tk_2" });
  assert.equal(failure(refused), "target-refuses");
  assert.match(JSON.stringify(refused), /forbidden/);
  told.all.length = 0;
  assert.equal((await checkNotifier(settingsOf(settings), AbortSignal.timeout(5000))).kind, "arrived");
  assert.deepEqual(
    told.all.map(({ method }) => method),
    ["GET"],
  );
});

test("Discord mentions nobody and shows names as they are", async (context) => {
  const told = await newTold(context);
  const limited = { message: "You are being rate limited.", retry_after: 1.5, global: false };
  told.answer = (response, { method, path }) => {
    response.setHeader("content-type", "application/json");
    if (path !== "/api/webhooks/1/abc")
      return response.writeHead(404).end('{"message": "Unknown Webhook", "code": 10015}');
    if (method === "GET") return response.end('{"id":"1","name":"films"}');
    if (told.all.length === 1) return response.writeHead(204).end();
    return response.writeHead(429, { "retry-after": "1.5" }).end(JSON.stringify(limited));
  };
  const settings = { kind: "discord", url: `${told.url}/api/webhooks/1/abc` };
  assert.equal(failure(await send(settings, HOSTILE)), "arrived");
  const body = JSON.parse(told.all[0]?.body ?? "");
  assert.deepEqual(body.allowed_mentions, { parse: [] });
  assert.equal(body.content, undefined);
  assert.match(body.embeds[0].title, /^\\@everyone \\\[x\\\]\\\(http\\:/);
  const slow = await send(settings);
  assert.deepEqual(slow.kind === "failed" && [slow.code, slow.retryAfterMs], ["target-busy", 1500]);
  assert.equal(
    failure(await send({ ...settings, url: `${told.url}/api/webhooks/1/old` })),
    "target-not-found",
  );
  const check = (url: string) =>
    checkNotifier(settingsOf({ kind: "discord", url }), AbortSignal.timeout(5000));
  assert.equal(failure(await check(settings.url)), "arrived");
  assert.equal(failure(await check(`${told.url}/api/webhooks/1/old`)), "target-not-found");
});

test("Apprise is told by its key or by addresses, and says when it knows nobody", async (context) => {
  const told = await newTold(context);
  told.answer = (response, { path, body }) => {
    const { urls } = JSON.parse(body);
    if (path === "/notify/none") return response.writeHead(204).end();
    if (path === "/notify/broken") return response.writeHead(424).end('{"error":"failed"}');
    if (path === "/notify" && !urls) return response.writeHead(400).end('{"error":"no urls"}');
    return response.end('{"error":null}');
  };
  const at = (path: string, secret = "") => send({ kind: "apprise", url: told.url + path, secret });
  assert.equal(failure(await at("/notify/home")), "arrived");
  assert.deepEqual(Object.keys(JSON.parse(told.all[0]?.body ?? "")), ["title", "body", "type", "format"]);
  assert.equal(JSON.parse(told.all[0]?.body ?? "").type, "failure");
  assert.equal(failure(await at("/notify", "ntfys://films")), "arrived");
  assert.equal(failure(await at("/notify")), "message-refused");
  assert.equal(failure(await at("/notify/none")), "target-not-found");
  assert.equal(failure(await at("/notify/broken")), "target-unreachable");
  told.all.length = 0;
  const settings = settingsOf({ kind: "apprise", url: `${told.url}/notify/home` });
  assert.equal((await checkNotifier(settings, AbortSignal.timeout(5000))).kind, "arrived");
  assert.deepEqual(told.all, [], "a check sends nothing");
});

test("a mail is plain text with one subject, whatever a film is called", async (context) => {
  const { mails, at } = await newMailServer(context, { login: "me@home.example:p@ss" });
  const settings = {
    kind: "email",
    url: `smtp://me%40home.example@${at}`,
    secret: "p@ss",
    to: ["you@home.example", "she@home.example"],
  };
  assert.deepEqual(await send(settings, HOSTILE), { kind: "arrived" });
  const [mail] = mails;
  assert.ok(mail);
  assert.deepEqual(mail.to, settings.to);
  assert.equal(mail.from, "me@home.example");
  const headers = (mail.source.split("\r\n\r\n")[0] ?? "").replaceAll(/\r\n[ \t]+/g, " ");
  assert.equal(headers.match(/^subject:/gim)?.length, 1);
  assert.doesNotMatch(headers, /^bcc:/im);
  assert.match(headers, /^message-id: <msg_1@/im);
  assert.match(headers, /^content-type: text\/plain/im);

  const check = (secret: string) =>
    checkNotifier(settingsOf({ ...settings, secret }), AbortSignal.timeout(5000));
  assert.equal(failure(await check("p@ss")), "arrived");
  assert.equal(failure(await check("wrong")), "target-refuses");
  assert.equal(failure(await send({ ...settings, secret: "wrong" })), "target-refuses");
  assert.equal(failure(await send({ ...settings, to: ["nobody@home.example"] })), "message-refused");
  assert.equal(mails.length, 1);
});

test("a password is sent only within TLS, whose certificate has to be right", async (context) => {
  const { at } = await newMailServer(context, { login: "me:p@ss" });
  const to = ["you@home.example"];
  // The same server by an address that is not this machine's own.
  const open = at.replace("127.0.0.1", "[::ffff:127.0.0.1]");
  const refused = await send({ kind: "email", url: `smtp://me@${open}`, secret: "p@ss", to });
  assert.match(JSON.stringify(refused), /STARTTLS/);
  const secure = await newMailServer(context, { login: "me:p@ss", secure: true });
  const unknown = await send({ kind: "email", url: `smtps://me@${secure.at}`, secret: "p@ss", to });
  assert.match(JSON.stringify(unknown), /certificate/);
  assert.deepEqual([refused.kind, unknown.kind, secure.mails], ["failed", "failed", []]);
});

test("a mail server that is away, or says nothing, is waited for no longer than asked", async (context) => {
  const settings = { kind: "email", to: ["you@home.example"] };
  assert.equal(failure(await send({ ...settings, url: "smtp://127.0.0.1:1" })), "target-unreachable");
  const { createServer } = await import("node:net");
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", () => resolve()));
  context.after(() => silent.close());
  const address = silent.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const began = Date.now();
  const message = messageOf(failedOf("a.mkv"));
  const outcome = await sendNotice(
    settingsOf({ ...settings, url: `smtp://127.0.0.1:${port}` }),
    { message, id: "msg_1", now: NOW },
    AbortSignal.timeout(300),
  );
  assert.equal(failure(outcome), "target-unreachable");
  assert.ok(Date.now() - began < 3000);
});

for (const [name, notifier, message] of [
  ["an address without http", { url: "home.example" }, /must be an address as https/],
  ["ntfy without a topic", { kind: "ntfy", url: "https://ntfy.sh" }, /must end with the topic/],
  ["mail over http", { kind: "email", url: "https://x", to: ["a@b.c"] }, /must be an address as smtps/],
  ["mail to nobody", { kind: "email", url: "smtp://x" }, /must name who gets the mail/],
  [
    "a header in an address of mail",
    { kind: "email", url: "smtp://x", to: ["a@b.c\r\nBcc: d@e.f"] },
    /me@home/,
  ],
  ["an event that there is not", { url: "https://x", events: ["party"] }, /./],
] as const)
  test(`settings refuse ${name}, and say nothing of the address`, () => {
    const parsed = parseSettings({ notifiers: { one: notifier } });
    assert.ok(parsed.kind === "invalid");
    assert.match(parsed.issues.map((each) => each.message).join("\n"), message);
  });

test("the original's file loads, and its webhook is one", () => {
  const { kind, events } = settingsOf({ url: "https://home.example/hook" });
  assert.equal(kind, "webhook");
  assert.ok(events.includes("failed") && !events.includes("converted"));
});
