/** Which films are made in parts, by the settings. */
import type { Settings } from "../core/settings.ts";

/** Which films are made in parts, and by how many encoders at once; null: none is. */
export type PartsWish = { readonly atOnce: number; readonly leastSeconds: number };

/** What the settings say; one encoder at once is no parts. */
export const partsWish = ({ operational }: Pick<Settings, "operational">): PartsWish | null =>
  operational.parallel_parts < 2
    ? null
    : { atOnce: operational.parallel_parts, leastSeconds: operational.parts_from_minutes * 60 };
