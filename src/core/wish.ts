/** The wish of one library, from the settings. */
import { findDevice } from "./device-settings.ts";
import type { DeviceProfile } from "./devices.ts";
import type { Wish } from "./plan.ts";
import { type LibrarySettings, profileOf, type Settings } from "./settings.ts";

/** The screens of the household; names that nobody knows are no screens (the settings' check refuses them before). */
export const devicesOf = ({ devices, device_profiles }: Settings): readonly DeviceProfile[] =>
  devices.map((name) => findDevice(name, device_profiles)).filter((each) => each !== null);

/** What films of `library` are judged and planned by. */
export const wishOf = (settings: Settings, library: LibrarySettings): Wish => ({
  devices: devicesOf(settings),
  languages: library.languages,
  profile: profileOf(settings, library),
  sidecarFormats: library.subtitles,
  keepsOriginal: library.original === "keep",
  burnIn: library.burn_in,
});
