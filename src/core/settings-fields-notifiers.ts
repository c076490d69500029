/** The settings of those who are told something, as a person meets them. */
import { NOTICE_NAMES, NOTICES, type NoticeName } from "./notices.ts";
import { choice, fieldsOf } from "./setting-field.ts";
import type { NotifierKind } from "./settings-notifiers.ts";

const KIND_LABELS: Readonly<Record<NotifierKind, string>> = {
  webhook: "a program of your own (webhook)",
  ntfy: "ntfy",
  discord: "Discord",
  apprise: "Apprise",
  email: "e-mail",
};

const label = (value: NoticeName) => ({ value, label: NOTICES[value].label });

export const NOTIFIER_FIELDS = fieldsOf("notifiers", "notifiers.*.", {
  kind: { label: "It is", help: "What the address below belongs to.", kind: choice(KIND_LABELS) },
  url: {
    label: "Address",
    help: "As https://ntfy.sh/my-topic, a Discord webhook, http://nas:8000/notify/home, smtps://me@smtp.home.example. Empty: off.",
    kind: { kind: "secret" },
  },
  secret: {
    label: "Password, token or key",
    help: "Of the mail server; of ntfy; what a webhook is signed with; the Apprise URLs where the address ends in /notify.",
    kind: { kind: "secret" },
  },
  events: {
    label: "It is told when",
    help: "Many of one kind are one message.",
    kind: { kind: "some", choices: NOTICE_NAMES.map(label) },
  },
  to: {
    label: "Mail goes to",
    help: "Only for e-mail.",
    kind: { kind: "list", example: "me@home.example" },
    isRare: true,
  },
  from: {
    label: "Mail comes from",
    help: "Only for e-mail. Empty: the account, else the first who gets it.",
    kind: { kind: "text", example: "films@home.example" },
    isRare: true,
  },
  digest_at: {
    label: "Time of the summary",
    help: "A day in which nothing happened has none.",
    kind: { kind: "text", example: "08:00" },
    isRare: true,
  },
});
