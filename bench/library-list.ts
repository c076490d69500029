/**
 * How long the list takes over many films: `node bench/library-list.ts [FILMS] [FILE]`, in processor time of this thread,
 * which a busy machine does not change. Behind the times of a question stands how many times as long the plain SQL of it
 * takes in the same run (a WHERE, an ORDER BY and a LIMIT over the table for the page, a GROUP BY for one menu's counts):
 * below 1 the plain SQL is faster.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { AssetQuery } from "../src/edges/store/asset-page.ts";
import { nameColumns } from "../src/edges/store/asset-row.ts";
import { openStore } from "../src/edges/store/store.ts";

const [count = "1000000", given] = process.argv.slice(2);
const FILMS = Number(count);
const folder = given === undefined ? mkdtempSync(join(tmpdir(), "cvc-list-")) : null;
const file = given ?? join(folder ?? "", "library.sqlite");

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

const fill = (): void => {
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
  for (let index = 0; index < FILMS; index++) {
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

const QUERIES: readonly Omit<AssetQuery, "limit">[] = [
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
const plainly = (query: (typeof QUERIES)[number]): { readonly where: string; readonly order: string } => {
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
    if (key === "subtitles") return [`media LIKE '%"${String(value)}"]%'`];
    if (key === "verdict") return [`media LIKE '%],["%'`];
    return [`${key === "problem" ? "problem_code" : key} = ${text}`];
  });
  const sort = query.sort ?? "path";
  return {
    where: conditions.length === 0 ? "TRUE" : conditions.join(" AND "),
    order: `${COLUMNS[sort] ?? sort}${query.isReversed ? " DESC" : ""}`,
  };
};

const timed = (work: () => void, times: number): { readonly median: number; readonly p99: number } => {
  const took = Array.from({ length: times }, () => {
    const start = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / 1000;
  }).toSorted((a, b) => a - b);
  return { median: took[times >> 1] ?? 0, p99: took[Math.floor(times * 0.99)] ?? 0 };
};

const began = performance.now();
if (!existsSync(file)) fill();
console.log(
  `${FILMS} films: ${Math.round((performance.now() - began) / 1000)} s to make, ${Math.round(statSync(file).size / 2 ** 20)} MB`,
);
const store = openStore({ file });
const plain = new DatabaseSync(file, { readOnly: true });
const kinds = Number(plain.prepare("SELECT count(*) AS n FROM asset_kinds WHERE count > 0").get()?.n);
console.log(
  `${kinds} kinds; milliseconds: page median, page p99, second page, counts median, counts p99; films; plain page, plain counts`,
);
const ratio = (one: number, other: number): string => `×${(one / other).toPrecision(2)}`.padStart(8);
for (const query of QUERIES) {
  const first = store.assets.page({ ...query, limit: 50 });
  const times = 25;
  const page = timed(() => store.assets.page({ ...query, limit: 50 }), times);
  const next = timed(() => store.assets.page({ ...query, limit: 50, cursor: first.next ?? "" }), 5);
  const counts = timed(() => store.assets.count(query).facets(), times);
  const { where, order } = plainly(query);
  const asked = (sql: string): number => timed(() => plain.prepare(sql).all(), 3).median;
  const plainPage = asked(`SELECT * FROM assets WHERE ${where} ORDER BY ${order} LIMIT 50`);
  const plainCounts = asked(`SELECT state, count(*) FROM assets WHERE ${where} GROUP BY state`);
  const said = [page.median, page.p99, next.median, counts.median, counts.p99]
    .map((each) => each.toFixed(1).padStart(7))
    .join(" ");
  console.log(
    `${said}  ${String(first.total).padStart(8)}${first.isTotalExact ? " " : "+"} ${ratio(plainPage, page.median)} ${ratio(plainCounts, counts.median)} ${JSON.stringify(query)}`,
  );
}
for (const query of [
  {},
  { state: "Failed" },
  { q: "winter" },
  { library: "series", codec: "vp9" },
] as const) {
  const shows = timed(() => store.assets.shows({ ...query, limit: 50 }), 10);
  console.log(
    `${shows.median.toFixed(1).padStart(7)} ${shows.p99.toFixed(1).padStart(7)}  shows ${JSON.stringify(query)}`,
  );
}
const counts = timed(() => store.assets.counts(), 20);
console.log(
  `${counts.median.toFixed(1).padStart(7)} ${counts.p99.toFixed(1).padStart(7)}  counts of the whole`,
);
const claim = timed(
  () =>
    store.transaction(() =>
      store.assets.claim({ works: ["copy"], token: String(Math.random()), now: Date.now() }),
    ),
  200,
);
console.log(`${claim.median.toFixed(2).padStart(7)} ${claim.p99.toFixed(2).padStart(7)}  a change of state`);
plain.close();
store.close();
if (folder !== null) rmSync(folder, { recursive: true, force: true });
