/** Settings in the words of a settings file, every key written. */
import type { DeviceOverride } from "./device-settings.ts";
import type { Settings } from "./settings.ts";
import type { EncodingProfile } from "./settings-profile.ts";
import type { SettingsTree } from "./settings-tree.ts";

/** Bits per second as a person writes them: `8M`, `192k`. */
const bitrate = (bitsPerSecond: number): string =>
  bitsPerSecond >= 1e6 ? `${bitsPerSecond / 1e6}M` : `${bitsPerSecond / 1e3}k`;

const profile = (each: EncodingProfile): SettingsTree => ({
  ...each,
  resolution: `${each.resolution.width}x${each.resolution.height}`,
  max_bitrate: bitrate(each.max_bitrate),
  bufsize: bitrate(each.bufsize),
  audio: { ...each.audio, bitrate: bitrate(each.audio.bitrate) },
});

const device = ({ video, ...rest }: DeviceOverride): SettingsTree => ({
  ...rest,
  ...(video && {
    video: Object.fromEntries(
      Object.entries(video).map(([codec, said]) => [
        codec,
        typeof said === "object" && said.modes
          ? { ...said, modes: said.modes.map((each) => `${each.width}x${each.height}@${each.maxFps}`) }
          : said,
      ]),
    ),
  }),
});

const mapped = <T>(record: Readonly<Record<string, T>>, written: (each: T) => SettingsTree): SettingsTree =>
  Object.fromEntries(Object.entries(record).map(([name, each]) => [name, written(each)]));

/** What a settings file with these settings would hold: `parseSettings` of it gives the settings again. */
export const writtenOf = (settings: Settings): SettingsTree => ({
  ...settings,
  device_profiles: mapped(settings.device_profiles, device),
  profiles: mapped(settings.profiles, profile),
});
