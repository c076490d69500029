/** A message in the form each receiver takes. Names in it are hostile: none becomes a mention, a link or markup. */
import type { Message } from "./notice-text.ts";

/** No receiver takes more than some thousand characters. */
const TEXT_MAX = 1800;

const shortened = (text: string): string =>
  text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;

/** The message without its title. */
export const textOf = ({ lines }: Message): string => shortened(lines.join("\n"));

/** For a webhook. Keys are added freely, never renamed. `when`: the moment of it, ISO 8601. */
export const webhookBody = (message: Message, when: string) => ({
  type: message.name,
  timestamp: when,
  data: {
    tone: message.tone,
    title: message.title,
    text: textOf(message),
    count: message.count,
    items: message.items.map(({ what, assetId, library, problem }) => ({
      title: what,
      assetId,
      library,
      problem,
    })),
  },
});

const NTFY = {
  bad: { priority: 4, tags: ["rotating_light"] },
  warn: { priority: 3, tags: ["warning"] },
  good: { priority: 3, tags: ["white_check_mark"] },
  plain: { priority: 3, tags: [] },
} as const;

/** For ntfy, as JSON to the root of its server, so that no name is ever part of a header. */
export const ntfyBody = (message: Message, topic: string) => ({
  topic,
  title: message.title,
  message: textOf(message) || message.title,
  ...NTFY[message.tone],
});

const COLOURS = { bad: 0xd63939, warn: 0xf59f00, good: 0x2fb344, plain: 0x667382 } as const;

/** As it is read: no markup, no mention, no link. */
const plainInDiscord = (text: string): string => text.replaceAll(/[\\*_~`|>#[\]()<@:]/g, "\\$&");

/** For a webhook of Discord. */
export const discordBody = (message: Message) => ({
  embeds: [
    {
      title: plainInDiscord(message.title).slice(0, 256),
      description: plainInDiscord(textOf(message)),
      color: COLOURS[message.tone],
    },
  ],
  allowed_mentions: { parse: [] },
});

const APPRISE_TYPES = { bad: "failure", warn: "warning", good: "success", plain: "info" } as const;

/** For an Apprise API server; `urls` where it keeps none itself. */
export const appriseBody = (message: Message, urls: string) => ({
  title: message.title,
  body: textOf(message) || message.title,
  type: APPRISE_TYPES[message.tone],
  format: "text",
  ...(urls === "" ? {} : { urls }),
});
