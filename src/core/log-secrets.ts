/** What must not be read in a log: the secrets of the settings, wherever they stand, and what looks like one. */
import { MASK } from "./settings-secrets.ts";

/** A shorter one is found in words that have nothing to do with it. */
const SECRET_MIN_CHARACTERS = 4;

/** Fields of a line that hold what opens a door, whatever their value. */
const FIELDS =
  /("(?:authorization|proxy-authorization|cookie|set-cookie|password|api_?key|secret|access_?token|auth_?token|x-api-key|x-emby-token|x-plex-token)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
/** `https://name:password@host`. The scheme's length has a limit, or a long word would be read from each of its letters on. */
const IN_ADDRESS = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/"@:\\]*:[^\s/"@\\]+@/gi;
/** `?api_key=…` */
const IN_QUERY = /([?&](?:api_?key|token|access_?token|x-plex-token|password|secret)=)[^&\s"'\\]+/gi;
const IN_HEADER = /\b((?:Bearer|Basic) )[\w.~+/=-]{8,}/g;

/** A line (JSON) of the log without them. */
export const hideSecrets = (json: string, secrets: readonly string[]): string => {
  let text = json;
  for (const secret of secrets) {
    if (secret.length < SECRET_MIN_CHARACTERS) continue;
    for (const spelling of new Set([JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]))
      text = text.replaceAll(spelling, MASK);
  }
  return text
    .replaceAll(FIELDS, `$1"${MASK}"`)
    .replaceAll(IN_ADDRESS, `$1${MASK}@`)
    .replaceAll(IN_QUERY, `$1${MASK}`)
    .replaceAll(IN_HEADER, `$1${MASK}`);
};
