/** The files that arguments of a verb name: a file is itself, a folder all that could be films in it. */
import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Problem } from "../core/problem.ts";
import { type WalkEntry, walkLibrary } from "../edges/library-walk.ts";

export type FilmFile = {
  /** Absolute. */
  readonly path: string;
  /** It was named itself, not found in a folder. */
  readonly isNamed: boolean;
  /** Why it cannot even be opened; null for a film. */
  readonly problem: Problem | null;
};

/** Streams the files. Throws Problem file-missing for a path that is not there, and the reason of an aborted `signal`. */
export async function* filmFiles(paths: readonly string[], signal?: AbortSignal): AsyncGenerator<FilmFile> {
  for (const each of paths) {
    const path = resolve(each);
    const found = await stat(path).catch(() => null);
    if (!found) throw new Problem("file-missing", path);
    if (!found.isDirectory()) {
      if (!found.isFile()) throw new Problem("not-media", `${path} is no regular file.`);
      yield { path: await realpath(path), isNamed: true, problem: null };
      continue;
    }
    for await (const batch of walkLibrary({ root: path, depth: "max", rule: "films" }, signal))
      for (const entry of batch)
        if (entry.kind === "file" || entry.kind === "bad-name")
          yield { path: join(path, entry.path), isNamed: false, problem: problemOf(entry) };
  }
}

const problemOf = ({ kind, path }: WalkEntry): Problem | null =>
  kind === "bad-name" ? new Problem("name-not-utf8", path) : null;
