/** A library for the list, of a few kinds of release and of very many films; and the questions that are asked of it. */
import { DatabaseSync } from "node:sqlite";
import type { AssetQuery } from "../src/edges/store/asset-page.ts";
import { nameColumns } from "../src/edges/store/asset-row.ts";
import { openStore } from "../src/edges/store/store.ts";

/** Small, seeded, good enough to spread. */
let seed = 42;
const random = (below: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;

const WORDS =
  "night day river house garden winter summer road king queen stone light shadow star moon sea island forest silver golden last first lost hidden broken silent city train letter secret".split(
    " ",
  );
const title = (): string => Array.from({ length: 1 + random(3) }, () => pick(WORDS)).join(" ");

/** Most films of a library are of a few kinds of release, and some of very many: here 400 kinds, the first ones often. */
const CODECS = [
  ["matroska", "h264", "1080p", "sdr"],
  ["matroska", "hevc", "1080p", "sdr"],
  ["matroska", "hevc", "2160p", "hdr10"],
  ["matroska", "hevc", "2160p", "dolby-vision"],
  ["matroska", "h264", "720p", "sdr"],
  ["mp4", "h264", "1080p", "sdr"],
  ["mp4", "h264", "720p", "sdr"],
  ["mp4", "hevc", "2160p", "hlg"],
  ["avi", "mpeg4", "480p", "sdr"],
  ["webm", "vp9", "1080p", "sdr"],
  ["mpegts", "mpeg2video", "576p", "sdr"],
] as const;
const SOUNDS = [
  ["ac3", "5.1"],
  ["aac", "stereo"],
  ["dts", "5.1"],
  ["truehd", "7.1"],
  ["eac3", "5.1"],
  ["mp3", "stereo"],
] as const;
const SUBTITLES = [["none"], ["text"], ["text"], ["picture"], ["text", "picture"]] as const;
const REASONS = [
  "container",
  "audio-codec",
  "audio-channels",
  "video-codec",
  "video-hdr",
  "subtitles-inside",
  "video-level",
  "chapters",
];
const PROBLEMS = ["source-damaged", "disk-full", "ffmpeg-failed", "probe-timeout"];

const RELEASES = Array.from({ length: 400 }, () => {
  const [container, codec, resolution, hdr] = pick(CODECS);
  const plays = container === "mp4" && codec === "h264";
  return {
    plays,
    work: plays ? "none" : codec === "h264" ? pick(["copy", "audio"]) : "video",
    reasons: JSON.stringify(plays ? [] : [pick(REASONS), ...(random(3) ? [] : [pick(REASONS)])]),
    media: JSON.stringify([
      ...[container, codec, resolution, hdr, ...pick(SOUNDS), pick(SUBTITLES)],
      ...(plays ? [["a", "b"], []] : random(2) ? [["b"], ["a"]] : [[], ["a", "b"]]),
    ]),
  };
});

/** Makes a database in `file`. */
export const fillList = (file: string, films: number): void => {
  openStore({ file }).close();
  const database = new DatabaseSync(file);
  database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
  const insert = database.prepare(
    `INSERT INTO assets (library, path, state, outcome, work, size_bytes, modified_us, fingerprint, why, action, reason_codes,
       expected_bytes, problem_code, found_at, state_at, sort_name, year, show, season, media)
     VALUES (:library, :path, :state, :outcome, :work, :size, 1, :fingerprint, 'audio codec, container', 'encode the sound', :reasons,
       :expected, :problem, :found, :at, :sort_name, :year, :show, :season, :media)`,
  );
  let show = title();
  for (let index = 0; index < films; index++) {
    if (index % 20_000 === 0) database.exec(index === 0 ? "BEGIN" : "COMMIT; BEGIN");
    const isEpisode = index % 2 === 0;
    if (index % 120 === 0) show = `${title()} ${index / 120}`;
    const [season, episode] = [1 + Math.floor((index % 120) / 24), 1 + ((index % 24) >> 1)];
    const code = `S${String(season).padStart(2, "0")}E${String(episode).padStart(2, "0")}`;
    const year = 1950 + random(75);
    const name = title();
    const path = isEpisode
      ? `${show}/Season ${season}/${show} ${code} ${index}.mkv`
      : `${name} (${year})/${name} (${year}) ${index} 1080p.mkv`;
    const { plays, work, reasons, media } =
      RELEASES[Math.min(random(400), random(400), random(400))] ?? pick(RELEASES);
    const state = pick([
      "Completed",
      "Completed",
      "Completed",
      "Archived",
      "Archived",
      "Queued",
      "Queued",
      "New",
      "Failed",
    ]);
    insert.run({
      library: isEpisode ? pick(["series", "kids"]) : pick(["movies", "movies", "documentaries"]),
      path,
      state,
      outcome: state === "Completed" || state === "Archived" ? (plays ? "direct-play" : "converted") : null,
      work: state === "New" ? null : work,
      size: 100_000_000 + random(4_000_000) * 1000,
      expected: state === "Queued" ? random(2_000_000_000) : null,
      fingerprint: String(index).padStart(32, "0"),
      reasons: state === "New" ? "[]" : reasons,
      problem: state === "Failed" ? pick(PROBLEMS) : null,
      found: 1_600_000_000_000 + (index >> 6) * 1000,
      at: 1_700_000_000_000 + random(3_000_000) * 1000,
      media: state === "New" ? "" : media,
      ...nameColumns(path),
    });
  }
  database.exec("COMMIT");
  database.close();
};

export const QUERIES: readonly Omit<AssetQuery, "limit">[] = [
  {},
  { sort: "title" },
  { sort: "size" },
  { sort: "state_at" },
  { sort: "state" },
  { sort: "verdict", isReversed: true },
  { sort: "why" },
  { sort: "work" },
  { sort: "year", isReversed: true },
  { sort: "after" },
  { state: "Failed" },
  { state: "Completed", sort: "title" },
  { library: "movies" },
  { library: "movies", sort: "path" },
  { verdict: "some", sort: "size" },
  { hdr: "hdr", sort: "title" },
  { codec: "hevc", state: "Queued", audio: "aac", sort: "after" },
  { reason: "video-hdr", subtitles: "picture", sort: "year" },
  { problem: "disk-full", codec: "vp9", hdr: "sdr", sort: "state_at" },
  { q: "winter s01", sort: "title" },
  { q: "river garden 12", sort: "size" },
  { q: "winter", sort: "title" },
  { q: "s", sort: "size" },
  { q: "the" },
  { q: "winter", state: "Failed", problem: "disk-full", sort: "title" },
  { q: "season 1 s01e0", sort: "title", isReversed: true },
];

const MEDIA: Readonly<Record<string, number>> = { codec: 1, hdr: 3, audio: 4 };
const COLUMNS: Readonly<Record<string, string>> = {
  title: "sort_name",
  size: "size_bytes",
  after: "after_bytes",
  why: "reason_codes",
  verdict: "media",
  path: "path COLLATE NOCASE",
};

/** The question as somebody would write it who knows the table alone. */
export const plainly = (
  query: (typeof QUERIES)[number],
): { readonly where: string; readonly order: string } => {
  const conditions = Object.entries(query).flatMap(([key, value]) => {
    const text = `'${String(value)}'`;
    if (key === "sort" || key === "isReversed") return [];
    if (key === "hdr" && value === "hdr") return [`media <> '' AND json_extract(media, '$[3]') <> 'sdr'`];
    if (key in MEDIA) return [`media <> '' AND json_extract(media, '$[${MEDIA[key]}]') = ${text}`];
    if (key === "q")
      return String(value)
        .split(" ")
        .map((word) => `path LIKE '%${word}%'`);
    if (key === "reason") return [`reason_codes LIKE '%"${String(value)}"%'`];
    if (key === "subtitles")
      return [`media <> '' AND EXISTS (SELECT 1 FROM json_each(media, '$[6]') WHERE value = ${text})`];
    if (key === "verdict")
      return [
        `state NOT IN ('Completed', 'Archived') AND media <> '' AND json_array_length(media, '$[7]') > 0
          AND json_array_length(media, '$[8]') > 0`,
      ];
    return [`${key === "problem" ? "problem_code" : key} = ${text}`];
  });
  const sort = query.sort ?? "path";
  return {
    where: conditions.length === 0 ? "TRUE" : conditions.join(" AND "),
    order: `${COLUMNS[sort] ?? sort}${query.isReversed ? " DESC" : ""}`,
  };
};
