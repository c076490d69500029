/** Sends a message to who the settings name, and asks whether it could. */
import { createHmac } from "node:crypto";
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { DeliveryFailure, DeliveryOutcome } from "../core/delivery.ts";
import { appriseBody, discordBody, ntfyBody, textOf, webhookBody } from "../core/notice-bodies.ts";
import type { Message } from "../core/notice-text.ts";
import type { NotifierSettings } from "../core/settings-notifiers.ts";
import { checkMail, sendMail } from "./mail.ts";
import { type Asked, askOut, type OutgoingRequest, reasonOf, sendOut } from "./outgoing-http.ts";

/** `id` is the same in every try, so that who gets it twice can tell. */
export type Sending = { readonly message: Message; readonly id: string; readonly now: number };

const post = (
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): OutgoingRequest => ({
  method: "POST",
  url,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** A secret of the Standard Webhooks form is base64 behind `whsec_`; any other is taken as it is. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret, "utf8");

/** Signed as https://www.standardwebhooks.com says: id, time of sending and body, joined by dots. */
const webhook = ({ url, secret }: NotifierSettings, { message, id, now }: Sending): OutgoingRequest => {
  const body = JSON.stringify(webhookBody(message, new Date(message.at).toISOString()));
  const seconds = String(Math.floor(now / 1000));
  const signature = (): string =>
    createHmac("sha256", keyOf(secret)).update(`${id}.${seconds}.${body}`).digest("base64");
  return {
    method: "POST",
    url,
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": seconds,
      ...(secret === "" ? {} : { "webhook-signature": `v1,${signature()}` }),
    },
  };
};

/** The server's root, which takes JSON, and the topic. */
const ntfyParts = (url: string): { readonly root: string; readonly topic: string } => {
  const found = new URL(url);
  const [, folder = "/", topic = ""] = /^(.*\/)([^/]+)$/.exec(found.pathname) ?? [];
  found.pathname = folder;
  return { root: found.href, topic };
};

const ntfy = ({ url, secret }: NotifierSettings, { message }: Sending): OutgoingRequest => {
  const { root, topic } = ntfyParts(url);
  return post(root, ntfyBody(message, topic), secret === "" ? {} : { authorization: `Bearer ${secret}` });
};

/** Apprise answers a key under which it knows nobody with 204. */
const apprised = (asked: Asked): DeliveryOutcome => {
  if (asked.kind === "failed") return asked;
  return asked.status === 204
    ? { kind: "failed", code: "target-not-found", detail: "Apprise has nobody under this key." }
    : { kind: "arrived" };
};

/** Sends it. */
export const sendNotice = async (
  to: NotifierSettings,
  sending: Sending,
  signal: AbortSignal,
): Promise<DeliveryOutcome> => {
  const { message, id } = sending;
  switch (to.kind) {
    case "webhook":
      return sendOut(webhook(to, sending), signal);
    case "ntfy":
      return sendOut(ntfy(to, sending), signal);
    case "discord":
      return sendOut(post(to.url, discordBody(message)), signal);
    case "apprise":
      return apprised(await askOut(post(to.url, appriseBody(message, to.secret)), signal));
    case "email":
      return sendMail(to, { subject: message.title, text: textOf(message) || message.title, id }, signal);
  }
};

/** Whether a program listens there; nothing is sent. */
const listens = (url: string, signal: AbortSignal): Promise<DeliveryOutcome> =>
  new Promise((resolve) => {
    const { protocol, hostname, port } = new URL(url);
    const host = hostname.replaceAll(/[[\]]/g, "");
    const secure = protocol === "https:";
    const at = { host, port: Number(port) || (secure ? 443 : 80) };
    const done = (outcome: DeliveryOutcome): void => {
      socket.destroy();
      resolve(outcome);
    };
    const failed = (thrown: unknown): void => done(unreachable(thrown));
    const socket = secure
      ? connectTls({ ...at, servername: isIP(host) ? "" : host }, () => done({ kind: "arrived" }))
      : connectTcp(at, () => done({ kind: "arrived" }));
    socket.on("error", failed);
    signal.addEventListener("abort", () => failed(signal.reason), { once: true });
  });

const unreachable = (thrown: unknown): DeliveryFailure => ({
  kind: "failed",
  code: "target-unreachable",
  detail: reasonOf(thrown),
});

/** Whether it could be told something, as far as that can be known without telling it anything. */
export const checkNotifier = async (to: NotifierSettings, signal: AbortSignal): Promise<DeliveryOutcome> => {
  switch (to.kind) {
    case "discord":
      // Answers with what the webhook is called, if there is one.
      return sendOut({ url: to.url }, signal);
    case "ntfy":
      return sendOut({ url: new URL("v1/health", ntfyParts(to.url).root).href }, signal);
    case "email":
      return checkMail(to, signal);
    default:
      return listens(to.url, signal);
  }
};
