/** A film whose original lies in the archive, with small texts for films. */
import assert from "node:assert/strict";
import { mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { toMicroseconds } from "../../src/core/fingerprint.ts";
import { fingerprintFile } from "../../src/edges/library-walk.ts";
import { NOW, newStore, queue } from "./store.ts";
import { tempFolder } from "./temp.ts";

type Given = {
  /** Names of sidecars beside the published film. */
  readonly sidecars?: readonly string[];
  /** Further files of the library, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** When it was archived, epoch ms. */
  readonly now?: number;
};

/** `a/Film.mkv`, published as `a/Film.mp4`; in a store and a library of its own. */
export const archivedFilm = async (
  context: TestContext,
  { sidecars = [], files = {}, now = NOW }: Given = {},
) => {
  const { store } = newStore(context);
  const root = join(tempFolder(context), "films");
  const at = (path: string): string => join(root, path);
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
    utimesSync(at(path), 1_600_000_000, 1_600_000_000);
  };
  const archived = ".chromecast-originals/a/Film.mkv";
  write(archived, "the original");
  write("a/Film.mp4", "the converted film");
  for (const name of sidecars) write(`a/${name}`, "WEBVTT");
  for (const [path, content] of Object.entries(files)) write(path, content);
  const { size, mtimeMs } = statSync(at(archived));
  const fingerprint = await fingerprintFile(at(archived), size);
  const { id } = queue(store, "a/Film.mkv", { sizeBytes: size, fingerprint });
  store.assets.claim({ works: ["copy"], token: "a".repeat(32), now });
  const moved = store.assets.apply(id, "published-moved", {
    now,
    token: "a".repeat(32),
    modifiedUs: toMicroseconds(mtimeMs),
    outputPath: at("a/Film.mp4"),
    outputSizeBytes: statSync(at("a/Film.mp4")).size,
    outputModifiedUs: toMicroseconds(statSync(at("a/Film.mp4")).mtimeMs),
    sidecarPaths: sidecars.map((name) => at(`a/${name}`)),
    archivePath: at(archived),
  });
  assert.ok(moved.kind === "moved");
  const place = { sourcePath: at("a/Film.mkv"), root, output: "beside" };
  return { store, asset: moved.asset, place, at, write };
};
