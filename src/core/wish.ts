/** The wish of one library, from the settings. */
import type { Wish } from "./plan.ts";
import { type LibrarySettings, profileOf, type Settings } from "./settings.ts";

/** What films of `library` are judged and planned by. */
export const wishOf = (settings: Settings, library: LibrarySettings): Wish => ({
  devices: settings.devices,
  languages: library.languages,
  profile: profileOf(settings, library),
  sidecarFormats: library.subtitles,
  keepsOriginal: library.original === "keep",
  burnIn: library.burn_in,
});
