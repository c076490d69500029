import type { FastifyInstance } from "fastify";
import { arrChange, arrEvent } from "../../../core/arr-event.ts";
import { SERVERS } from "../../../core/servers.ts";
import type { ArrHeard } from "../../arr-intake.ts";
import { arrAnswer } from "../answers/servers.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";

/** A long series that is renamed whole is told of in one message, with all that is known of each file. */
const MESSAGE_MAX_BYTES = 8 * 1024 * 1024;

const sentenceOf = ({ kind, server, libraries, outside }: Omit<ArrHeard, "at">): string => {
  const label = SERVERS[server];
  if (kind === "test") return `${label} reaches this program.`;
  if (kind === "nothing") return "No file changed.";
  if (libraries.length > 0) return `Looking through ${libraries.join(", ")}.`;
  return outside.length === 0
    ? "No folder is named."
    : `${outside[0]} lies in no library; if it is called otherwise here, say so in ${server}.path_map.`;
};

/** The webhook of Sonarr and Radarr. */
export const addArrRoutes = (app: FastifyInstance, { control }: Face): void => {
  addApiRoute(app, {
    method: "POST",
    url: "/api/events/arr",
    tag: "events",
    summary: "Takes what Sonarr and Radarr tell by their webhook",
    about:
      "Imports, renames and deletions make the library be looked through, after `path_map`; all else is answered and left alone.",
    bodyLimit: MESSAGE_MAX_BYTES,
    body: arrEvent,
    answer: arrAnswer,
    run: ({ body }) => {
      const { at: _, ...heard } = control.servers.hear(arrChange(body));
      return { ...heard, sentence: sentenceOf(heard) };
    },
  });
};
