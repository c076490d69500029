/** Small pictures of films, made when somebody looks at a page and kept in memory for a while. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { momentOf, thumbnailArgs } from "../core/thumbnail-args.ts";
import type { Ffmpeg } from "../edges/ffmpeg.ts";
import { openInside } from "../edges/film-file.ts";
import { withScratchFolder } from "../edges/scratch-folder.ts";
import type { Asset } from "../edges/store/asset-row.ts";
import { createByteCache } from "./byte-cache.ts";
import type { Control } from "./control.ts";

/** Some thousand pictures. */
export const THUMBNAILS_MAX_BYTES = 16 * 1024 * 1024;
/** A picture of that many pixels is a tenth of this. */
const PICTURE_MAX_BYTES = 512 * 1024;
/** One keyframe takes a fraction of a second; a disk that sleeps takes ten. */
const LIMIT_MS = 20_000;
/** A page shows some dozens; whoever asks for more at once gets none for now. */
const WAITING_MAX = 60;
/** What could not be made is not tried again for a while; ms. */
const NONE_FOR_MS = 5 * 60_000;
const NONE_MAX = 1000;

export type Thumbnails = {
  /** JPEG of the film around `minute`, or of one that stands for all of it; null when none can be had now. */
  readonly of: (asset: Asset, minute: number | null) => Promise<Buffer | null>;
  /** Ends what runs. */
  readonly close: () => void;
};

type Deps = {
  /** Of now: they may change while it runs. */
  readonly settings: () => Control["settings"];
  readonly ffmpeg: Ffmpeg;
  /** Epoch ms. */
  readonly now: () => number;
};

type Place = { readonly path: string; readonly root: string };

/** The film itself, then what was made of it where that is all there is. */
const placesOf = ({ libraries }: Control["settings"], asset: Asset): readonly Place[] => {
  const library = libraries[asset.library];
  if (!library) return [];
  const film = { path: join(library.root, asset.path), root: library.root };
  if (asset.outputPath === null) return [film];
  return [
    film,
    { path: asset.outputPath, root: library.output === "beside" ? library.root : library.output },
  ];
};

/** The first that is a regular file inside of its folder. */
const placeOf = async (settings: Control["settings"], asset: Asset): Promise<string | null> => {
  for (const { path, root } of placesOf(settings, asset)) {
    const file = await openInside(path, root).catch(() => null);
    await file?.close();
    if (file) return path;
  }
  return null;
};

/** One ffmpeg at a time for all who ask. */
export const createThumbnails = ({ settings, ffmpeg, now }: Deps): Thumbnails => {
  const kept = createByteCache(THUMBNAILS_MAX_BYTES);
  const none = new Map<string, number>();
  const asked = new Map<string, Promise<Buffer | null>>();
  const ending = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  const shoot = (input: string, atSeconds: number): Promise<Buffer | null> =>
    withScratchFolder(async (folder) => {
      const output = join(folder, "picture.jpg");
      await ffmpeg.run(thumbnailArgs({ input, output, atSeconds }), {
        durationSeconds: null,
        limitMs: LIMIT_MS,
        stallMs: LIMIT_MS,
        isBackground: true,
        signal: ending.signal,
      });
      const made = await stat(output).catch(() => null);
      return made && made.size > 0 && made.size <= PICTURE_MAX_BYTES ? readFile(output) : null;
    });

  const make = async (asset: Asset, minute: number | null): Promise<Buffer | null> => {
    if (ending.signal.aborted) return null;
    const input = await placeOf(settings(), asset);
    if (input === null) return null;
    const at = momentOf({ minute, playingSeconds: asset.playingSeconds });
    // A damaged index may lead nowhere, where the beginning can still be read.
    return (await shoot(input, at)) ?? (at > 0 ? await shoot(input, 0) : null);
  };

  const remember = (key: string, bytes: Buffer | null): Buffer | null => {
    if (bytes) kept.put(key, bytes);
    else none.set(key, now() + NONE_FOR_MS);
    const [oldest] = none.keys();
    if (none.size > NONE_MAX && oldest !== undefined) none.delete(oldest);
    return bytes;
  };

  return {
    of: async (asset, minute) => {
      const key = [asset.id, asset.fingerprint ?? asset.modifiedUs, minute ?? ""].join(" ");
      const found = kept.get(key);
      if (found || (none.get(key) ?? 0) > now()) return found;
      const running = asked.get(key);
      if (running !== undefined) return running;
      if (asked.size >= WAITING_MAX) return null;
      const made = last
        .then(() => make(asset, minute))
        .catch(() => null)
        .then((bytes) => remember(key, bytes))
        .finally(() => asked.delete(key));
      asked.set(key, made);
      last = made;
      return made;
    },
    close: () => ending.abort("shutdown"),
  };
};
