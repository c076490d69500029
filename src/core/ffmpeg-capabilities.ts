/** What the installed ffmpeg says it has: read from its own lists, never guessed from its version. */

export type Capabilities = {
  /** As its first line has it: `5.1.9-0+deb12u1`, `n7.1-…`, `N-12345-g…`; empty when it says none. For people only. */
  readonly version: string;
  readonly filters: ReadonlySet<string>;
  readonly hwaccels: ReadonlySet<string>;
};

/** What `ffmpeg -version`, `-filters` and `-hwaccels` print; empty where it printed nothing. */
export type Listings = { readonly version: string; readonly filters: string; readonly hwaccels: string };

/** Reads the lists; what cannot be read is taken for not there. Total. */
export const parseCapabilities = (said: Listings): Capabilities => ({
  version: /^ffmpeg version (\S+)/.exec(said.version)?.[1] ?? "",
  filters: namesIn(said.filters, FILTER),
  hwaccels: namesIn(said.hwaccels.split("acceleration methods:")[1] ?? "", HWACCEL),
});

/** ` T.C yadif            V->V       Deinterlace …`; ffmpeg 8 has two letters where 5 to 7 have three. */
const FILTER = /^ *[A-Z.]{2,3} +(\w+) +[AVN|]+->[AVN|]+/gm;
const HWACCEL = /^(\w+)\s*$/gm;

const namesIn = (text: string, line: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(line)].map(([, name = ""]) => name));
