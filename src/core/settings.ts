/** The settings file: its schema, its defaults and what is wrong with it, in words. */
import { posix as path } from "node:path";
import { z } from "zod";
import { deviceNames, deviceOverride, findDevice, unusable } from "./device-settings.ts";
import { server } from "./settings-access.ts";
import { folderIssues } from "./settings-folders.ts";
import { knownKeysAt, nearestKey } from "./settings-keys.ts";
import { logging } from "./settings-logging.ts";
import { notifiers } from "./settings-notifiers.ts";
import { operational } from "./settings-operational.ts";
import { defaultEncodingProfile, type EncodingProfile, encodingProfile } from "./settings-profile.ts";
import { SERVER_SETTINGS } from "./settings-servers.ts";

export const ORIGINAL_POLICIES = ["keep", "archive", "delete"] as const;
export type OriginalPolicy = (typeof ORIGINAL_POLICIES)[number];

export const SIDECAR_FORMATS = ["vtt", "srt"] as const;

/** In one spelling, no slash at its end: what lies in it is told by `${folder}/` at the beginning of a path. */
const spelt = (folder: string): string =>
  folder.startsWith("/") ? path.normalize(folder).replace(/(?<=.)\/$/, "") : folder;

const library = z.strictObject({
  root: z.string().min(1).overwrite(spelt),
  depth: z.union([z.literal("max"), z.number().int().min(0).max(64)]).default("max"),
  profile: z.string().default("movies"),
  original: z.enum(ORIGINAL_POLICIES).default("keep"),
  output: z.string().min(1).overwrite(spelt).default("beside"),
  archive: z.string().overwrite(spelt).default(""),
  subtitles: z.array(z.enum(SIDECAR_FORMATS)).default(["vtt", "srt"]),
  languages: z.array(z.string().min(2)).default([]),
  burn_in: z.union([z.enum(["none", "forced"]), z.number().int().min(0).max(999)]).default("none"),
});

export const settingsSchema = z
  .strictObject({
    devices: z.array(z.string()).min(1).max(100).default(["chromecast-2", "chromecast-3"]),
    device_profiles: z
      .record(z.string().regex(/^[\w-]+$/, "use letters, digits, - and _"), deviceOverride)
      .default({}),
    libraries: z.record(z.string().regex(/^[\w-]+$/, "use letters, digits, - and _"), library).default({}),
    profiles: z.record(z.string(), encodingProfile).default({}),
    operational: operational.prefault({}),
    server: server.prefault({}),
    logging: logging.prefault({}),
    notifiers,
    ...SERVER_SETTINGS,
  })
  .superRefine((settings, context) => {
    for (const [index, name] of settings.devices.entries())
      if (findDevice(name, settings.device_profiles) === null)
        context.addIssue({
          code: "custom",
          path: ["devices", index],
          message: `there is no device "${name}"; known: ${deviceNames(settings.device_profiles).join(", ")}`,
        });
    for (const name of Object.keys(settings.device_profiles)) {
      const device = findDevice(name, settings.device_profiles);
      const message = device && unusable(device);
      if (message)
        context.addIssue({ code: "custom", path: ["device_profiles", name, "video", "h264"], message });
    }
    for (const [name, each] of Object.entries(settings.libraries)) {
      if (each.original === "delete" && !settings.operational.remove_original_after_success)
        context.addIssue({
          code: "custom",
          path: ["libraries", name, "original"],
          message: "deleting originals also needs operational.remove_original_after_success: true",
        });
      if (
        !Object.hasOwn(settings.profiles, each.profile) &&
        each.profile !== "movies" &&
        each.profile !== "series"
      )
        context.addIssue({
          code: "custom",
          path: ["libraries", name, "profile"],
          message: `there is no profile "${each.profile}"`,
        });
    }
    const { archive_retention_days, remove_original_after_success } = settings.operational;
    if (archive_retention_days > 0 && !remove_original_after_success)
      context.addIssue({
        code: "custom",
        path: ["operational", "archive_retention_days"],
        message: "removing archived originals also needs operational.remove_original_after_success: true",
      });
    for (const { library, key, message } of folderIssues(settings.libraries))
      context.addIssue({ code: "custom", path: ["libraries", library, key], message });
  });

export type Settings = z.output<typeof settingsSchema>;
export type LibrarySettings = Settings["libraries"][string];

/** The encoding profile a library aims at; the two of the original (`movies`, `series`) exist without being written. */
export const profileOf = (settings: Settings, each: LibrarySettings): EncodingProfile =>
  settings.profiles[each.profile] ?? defaultEncodingProfile;

export type SettingsIssue = { readonly path: string; readonly message: string };
export type ParsedSettings =
  | { readonly kind: "ok"; readonly settings: Settings }
  | { readonly kind: "invalid"; readonly issues: readonly SettingsIssue[] };

/** Settings from whatever a YAML file held: the settings, or every problem with its key path. Never throws. */
export const parseSettings = (value: unknown): ParsedSettings => {
  const parsed = settingsSchema.safeParse(value ?? {});
  if (parsed.success) return { kind: "ok", settings: parsed.data };
  return { kind: "invalid", issues: parsed.error.issues.flatMap(toIssues) };
};

/** A file with more unknown keys than these is some other file. */
const KEYS_TOLD_MAX = 50;

const toIssues = (issue: z.core.$ZodIssue): SettingsIssue[] => {
  const path = issue.path.map(String);
  // What is wrong with a name in a map is said one level below.
  if (issue.code === "invalid_key" && issue.issues[0])
    return [{ path: path.join("."), message: issue.issues[0].message }];
  if (issue.code !== "unrecognized_keys")
    return [{ path: path.join(".") || "(file)", message: issue.message }];
  const known = knownKeysAt(settingsSchema, path);
  const more = issue.keys.length - KEYS_TOLD_MAX;
  const rest =
    more > 0 ? [{ path: path.join(".") || "(file)", message: `and ${more} more unknown keys` }] : [];
  const told = issue.keys.slice(0, KEYS_TOLD_MAX).map((key) => {
    const nearest = nearestKey(key, known);
    return {
      path: [...path, key || '""'].join("."),
      message: nearest
        ? `unknown key; did you mean ${nearest}?`
        : `unknown key; known here: ${known.join(", ")}`,
    };
  });
  return [...told, ...rest];
};
