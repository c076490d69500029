/** Who is told what, as the settings say it. */
import { z } from "zod";
import { DEFAULT_NOTICES, NOTICE_NAMES } from "./notices.ts";

export const NOTIFIER_KINDS = ["webhook", "ntfy", "discord", "apprise", "email"] as const;
export type NotifierKind = (typeof NOTIFIER_KINDS)[number];

const mailbox = z
  .string()
  .max(200)
  .regex(/^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/, "must be an address, as me@home.example");

const notifier = z.strictObject({
  kind: z.enum(NOTIFIER_KINDS).default("webhook"),
  url: z.string().max(2000).default(""),
  secret: z.string().max(4000).default(""),
  from: z.union([z.literal(""), mailbox]).default(""),
  to: z.array(mailbox).max(20).default([]),
  events: z.array(z.enum(NOTICE_NAMES)).default([...DEFAULT_NOTICES]),
  digest_at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time, as 08:00")
    .default("08:00"),
});
type Notifier = z.output<typeof notifier>;

const WANTED: Readonly<Record<NotifierKind, { readonly scheme: RegExp; readonly example: string }>> = {
  webhook: { scheme: /^https?:$/, example: "https://home.example/hook" },
  ntfy: { scheme: /^https?:$/, example: "https://ntfy.sh/my-topic" },
  discord: { scheme: /^https:$|^http:$/, example: "https://discord.com/api/webhooks/1/abc" },
  apprise: { scheme: /^https?:$/, example: "http://nas:8000/notify/home" },
  email: { scheme: /^smtps?:$/, example: "smtps://me@smtp.home.example" },
};

const parsed = (url: string): URL | null => (URL.canParse(url) ? new URL(url) : null);

/** What is wrong with the address, which may be a secret and is not repeated; null when nothing is. */
const wrongUrl = ({ kind, url }: Notifier): string | null => {
  const { scheme, example } = WANTED[kind];
  const found = parsed(url);
  if (found === null || !scheme.test(found.protocol) || found.hostname === "")
    return `must be an address as ${example}`;
  if (kind === "ntfy" && !/\/[\w-]{1,64}$/.test(found.pathname))
    return `must end with the topic, as ${example}`;
  return null;
};

/** The schema of `notifiers`: each has a name; one without an address is off. The original's `webhook` is always there. */
export const notifiers = z
  .record(z.string().regex(/^[\w-]+$/, "use letters, digits, - and _"), notifier)
  .superRefine((all, context) => {
    for (const [name, each] of Object.entries(all)) {
      if (each.url === "") continue;
      const message = wrongUrl(each);
      if (message !== null) context.addIssue({ code: "custom", path: [name, "url"], message });
      if (each.kind === "email" && each.to.length === 0)
        context.addIssue({ code: "custom", path: [name, "to"], message: "must name who gets the mail" });
    }
  })
  .prefault({})
  .transform((all): Readonly<Record<string, Notifier>> => ({ webhook: notifier.parse({}), ...all }));

/** One that is told something. */
export type NotifierSettings = Notifier;
