/**
 * What Sonarr and Radarr tell by their webhook: which folders of theirs are not as they were. Only paths are read, so that
 * versions 3 and 4 and what comes after them are alike. Source: `WebhookBase` and the payloads beside it in
 * `src/NzbDrone.Core/Notifications/Webhook` of github.com/Sonarr/Sonarr and github.com/Radarr/Radarr.
 */
import { z } from "zod";
import { withoutSlashes } from "./path-map.ts";

const path = z.string().max(4096).nullish();
const file = z.object({
  path,
  relativePath: path,
  previousPath: path,
  previousRelativePath: path,
});
const someFiles = z.array(file).max(10_000).nullish();

/** The part of a message that is read. */
export const arrEvent = z.object({
  eventType: z.string().min(1).max(100),
  series: z.object({ path }).nullish(),
  movie: z.object({ folderPath: path }).nullish(),
  episodeFile: file.nullish(),
  episodeFiles: someFiles,
  movieFile: file.nullish(),
  deletedFiles: z.union([z.array(file).max(10_000), z.boolean()]).nullish(),
  renamedEpisodeFiles: someFiles,
  renamedMovieFiles: someFiles,
});
export type ArrEvent = z.output<typeof arrEvent>;

export type ArrChange = {
  readonly server: "sonarr" | "radarr";
  readonly kind: "test" | "changed" | "nothing";
  /** As the server calls them, each once. */
  readonly folders: readonly string[];
  /** Whether all that is below them may have changed. */
  readonly isTree: boolean;
};

/** What changes files; all else (a grab, a health check, an update of the program) does not. */
const CHANGING: ReadonlySet<string> = new Set([
  "Download",
  "Rename",
  "EpisodeFileDelete",
  "MovieFileDelete",
  "SeriesDelete",
  "MovieDelete",
]);

const isWindows = (folder: string): boolean => folder.includes("\\") && !folder.startsWith("/");
const joined = (folder: string, relative: string): string =>
  `${withoutSlashes(folder, "/\\")}${isWindows(folder) ? "\\" : "/"}${relative}`;
const folderOf = (file: string): string => {
  const end = Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\"));
  return end < 0 ? file : file.slice(0, end);
};

type File = z.output<typeof file>;

const pathsOf = (each: File, folder: string | null): readonly string[] =>
  (
    [
      [each.path, each.relativePath],
      [each.previousPath, each.previousRelativePath],
    ] as const
  ).flatMap(([whole, relative]) => {
    if (whole) return [whole];
    return relative && folder ? [joined(folder, relative)] : [];
  });

/** A series of more folders is looked through whole. */
const FOLDERS_MAX = 1000;

/** The folders that an event says have changed; that of the whole series or film where it names no file, or too many. */
export const arrChange = (event: ArrEvent): ArrChange => {
  const server = event.movie || event.movieFile ? "radarr" : "sonarr";
  if (event.eventType === "Test") return { server, kind: "test", folders: [], isTree: false };
  if (!CHANGING.has(event.eventType)) return { server, kind: "nothing", folders: [], isTree: false };
  const folder = event.series?.path ?? event.movie?.folderPath ?? null;
  const named = [
    event.episodeFile,
    event.movieFile,
    ...(event.episodeFiles ?? []),
    ...(Array.isArray(event.deletedFiles) ? event.deletedFiles : []),
    ...(event.renamedEpisodeFiles ?? []),
    ...(event.renamedMovieFiles ?? []),
  ].filter((each) => each !== null && each !== undefined);
  const found = new Set(named.flatMap((each) => pathsOf(each, folder)).map(folderOf));
  if (found.size > 0 && (found.size <= FOLDERS_MAX || folder === null))
    return { server, kind: "changed", folders: [...found], isTree: false };
  return { server, kind: "changed", folders: folder === null ? [] : [folder], isTree: true };
};
