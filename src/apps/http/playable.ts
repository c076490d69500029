/** The file of a film that a player is given, and the subtitles beside it. */
import { basename, join } from "node:path";
import { shortLanguage } from "../../core/judge-audio.ts";
import { languageName } from "../../core/stream-words.ts";
import type { Asset } from "../../edges/store/asset-row.ts";
import type { Control } from "../control.ts";

type Playable = { readonly path: string; readonly root: string };

/** The file that plays, and the folder it must lie in: the published one, or the film where it plays as it is; null: none. */
export const playableOf = ({ settings }: Pick<Control, "settings">, asset: Asset): Playable | null => {
  const library = settings.libraries[asset.library];
  if (library && asset.outcome === "converted" && asset.outputPath !== null)
    return { path: asset.outputPath, root: library.output === "beside" ? library.root : library.output };
  if (library && asset.outcome === "direct-play")
    return { path: join(library.root, asset.path), root: library.root };
  return null;
};

/** A subtitle file that we wrote beside a film, as a player names it. */
export type TextTrack = {
  /** Its number among the sidecars of the asset. */
  readonly number: number;
  readonly path: string;
  readonly label: string;
  /** As BCP 47 has it; null when the name says none. */
  readonly language: string | null;
};

/** The sidecars of an asset that a browser reads: only those that are written down as ours. */
export const textTracksOf = (asset: Asset): readonly TextTrack[] =>
  asset.sidecarPaths.flatMap((path, number) => {
    if (!path.endsWith(".vtt")) return [];
    const stem = basename(asset.outputPath ?? "").replace(/\.mp4$/, "");
    const name = basename(path, ".vtt");
    const [first = "", ...rest] = (name.startsWith(`${stem}.`) ? name.slice(stem.length + 1) : "").split(".");
    const language = /^[a-z]{2,3}(?:-[a-z]{2})?$/i.test(first) ? shortLanguage(first) : null;
    const words = [language === null ? first : languageName(language), ...rest].filter((each) => each !== "");
    return [{ number, path, language, label: words.join(", ") || "Subtitles" }];
  });
