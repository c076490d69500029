/** Mail over SMTP. */
import { Socket } from "node:net";
import { createTransport } from "nodemailer";
import type { DeliveryFailure, DeliveryOutcome } from "../core/delivery.ts";
import { visibleText } from "../core/human-text.ts";
import type { NotifierSettings } from "../core/settings-notifiers.ts";

type Mail = { readonly subject: string; readonly text: string; readonly id: string };
type Account = Pick<NotifierSettings, "url" | "secret" | "from" | "to">;

const STEP_MAX_MS = 15_000;
const DETAIL_MAX = 200;

const isOwn = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);

/** A password goes over the net only within TLS. */
const transportOf = ({ url, secret }: Account, socket: Socket) => {
  const { protocol, hostname, port, username } = new URL(url);
  const secure = protocol === "smtps:";
  const user = decodeURIComponent(username);
  return createTransport({
    host: hostname.replaceAll(/[[\]]/g, ""),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && secret !== "" && !isOwn(hostname),
    ...(user === "" ? {} : { auth: { user, pass: secret } }),
    socket,
    connectionTimeout: STEP_MAX_MS,
    greetingTimeout: STEP_MAX_MS,
    socketTimeout: STEP_MAX_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
};

const addressOf = ({ url, from, to }: Account): string => {
  const user = decodeURIComponent(new URL(url).username);
  return from || (user.includes("@") ? user : (to[0] ?? ""));
};

const said = (thrown: unknown): { readonly code: string; readonly status: number; readonly text: string } => {
  if (!(thrown instanceof Error)) return { code: "", status: 0, text: String(thrown) };
  const { code, responseCode } = thrown as { code?: unknown; responseCode?: unknown };
  const text = visibleText(thrown.message.replaceAll(/\s+/g, " ").slice(0, DETAIL_MAX));
  return { code: String(code ?? ""), status: Number(responseCode ?? 0), text };
};

/** What an SMTP server's refusal means: its codes from 500 on are for good, those from 400 on pass. */
const failureOf = (thrown: unknown): DeliveryFailure => {
  const { code, status, text } = said(thrown);
  const detail = `The mail server: ${text}`;
  if (code === "EAUTH" || code === "ENOAUTH" || status === 530 || status === 535)
    return { kind: "failed", code: "target-refuses", detail };
  if (status >= 500 || code === "EENVELOPE") return { kind: "failed", code: "message-refused", detail };
  return { kind: "failed", code: "target-unreachable", detail };
};

type Transport = ReturnType<typeof transportOf>;

const over = async (
  account: Account,
  work: (transport: Transport) => Promise<unknown>,
  signal: AbortSignal,
): Promise<DeliveryOutcome> => {
  const socket = new Socket();
  const tooLong = new Error("It took too long to answer.");
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(tooLong);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([work(transportOf(account, socket)), stopped.promise]);
    return { kind: "arrived" };
  } catch (thrown) {
    return failureOf(thrown);
  } finally {
    signal.removeEventListener("abort", stop);
    socket.destroy();
  }
};

/** Sends one mail, as plain text. */
export const sendMail = (account: Account, { subject, text, id }: Mail, signal: AbortSignal) =>
  over(
    account,
    (transport) =>
      transport.sendMail({
        from: { name: "Chromecast Video Converter", address: addressOf(account) },
        to: [...account.to],
        subject,
        text,
        messageId: `<${id}@chromecast-video-converter>`,
        headers: { "auto-submitted": "auto-generated" },
      }),
    signal,
  );

/** Connects and logs in; sends nothing. */
export const checkMail = (account: Account, signal: AbortSignal) =>
  over(account, (transport) => transport.verify(), signal);
