/** What will happen to the original of a film, in a phrase. */
import type { OriginalPolicy } from "../../../core/settings.ts";
import type { Asset } from "../../../edges/store/asset-row.ts";
import type { Control } from "../../control.ts";

const FATES: Readonly<Record<OriginalPolicy, string>> = {
  keep: "original kept",
  archive: "original to the archive",
  delete: "original deleted if nothing is lost",
};

export const fate = (control: Control, asset: Asset): string =>
  FATES[control.settings.libraries[asset.library]?.original ?? "keep"];
