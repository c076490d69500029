/** The films of the tests: what ffprobe says of a few kinds, and a household's library in all its states. */
import type { AssetEvent } from "../../src/core/lifecycle.ts";
import type { AssetFields } from "../../src/edges/store/asset-row.ts";

export type FilmRow = {
  readonly path: string;
  readonly library?: string;
  /** Makes of the probe; none: the file was never probed. */
  readonly kind?: keyof typeof PROBES;
  /** The events after `found`, with their fields. */
  readonly events?: readonly AssetEvent[];
  readonly fields?: Partial<AssetFields>;
  readonly sizeBytes?: number;
  readonly ageMinutes?: number;
};

const video = (codec_name: string, more: object = {}) => ({
  index: 0,
  codec_type: "video",
  codec_name,
  codec_tag_string: "avc1",
  profile: "High",
  level: 40,
  width: 1920,
  height: 1080,
  pix_fmt: "yuv420p",
  avg_frame_rate: "24/1",
  r_frame_rate: "24/1",
  field_order: "progressive",
  bit_rate: "6200000",
  disposition: { default: 1 },
  ...more,
});
const audio = (codec_name: string, more: object = {}) => ({
  index: 1,
  codec_type: "audio",
  codec_name,
  codec_tag_string: "mp4a",
  channels: 2,
  sample_rate: "48000",
  tags: { language: "eng" },
  disposition: { default: 1 },
  ...more,
});
const srt = { index: 2, codec_type: "subtitle", codec_name: "subrip", tags: { language: "ger" } };
const mkv = { format_name: "matroska,webm", duration: "5400", size: "4200000000" };
const mp4 = { format_name: "mov,mp4,m4a,3gp,3g2,mj2", duration: "5400", size: "4200000000" };

/** What ffprobe says of a few kinds of film. */
export const PROBES = {
  plays: { format: mp4, streams: [video("h264"), audio("aac", { profile: "LC" })] },
  remux: { format: mkv, streams: [video("h264"), audio("aac", { profile: "LC" }), srt] },
  sound: {
    format: mkv,
    streams: [video("h264"), audio("ac3", { channels: 6, bit_rate: "640000" }), srt],
  },
  picture: {
    format: mkv,
    streams: [
      video("hevc", { profile: "Main 10", level: 150, pix_fmt: "yuv420p10le", width: 3840, height: 2160 }),
      audio("eac3", { channels: 6 }),
      srt,
    ],
  },
  fast: {
    format: mp4,
    streams: [
      video("h264", { avg_frame_rate: "60/1", r_frame_rate: "60/1" }),
      audio("aac", { profile: "LC" }),
    ],
  },
} as const;

export const HOSTILE_MARKUP = "<img src=x onerror=alert(1)>.mkv";
export const HOSTILE_QUOTES = "quotes \" ' `new\nline` \u202egpj.exe.mkv";
export const HOSTILE_RTL = "סרט של ערב (2019) \u202e.mkv";

const DONE: readonly AssetEvent[] = ["assessed-needs-work", "claimed", "published-kept"];
export const FILMS: readonly FilmRow[] = [
  {
    path: "Alien (1979)/Alien (1979) 1080p.mp4",
    kind: "plays",
    events: ["assessed-plays"],
    ageMinutes: 4000,
  },
  {
    path: "Amélie (2001)/Amélie.mkv",
    kind: "remux",
    events: DONE,
    fields: { resultBytes: 4_180_000_000, outputPath: "/films/movies/Amélie (2001)/Amélie.mp4" },
    ageMinutes: 55,
  },
  {
    path: "Arrival (2016)/Arrival (2016) 2160p UHD BluRay HDR10 HEVC DTS-HD MA 7.1-A.Very.Long.Release.Name.That.Never.Ends.mkv",
    kind: "picture",
    events: ["assessed-needs-work", "claimed"],
    sizeBytes: 41_000_000_000,
    ageMinutes: 12,
  },
  {
    path: "Blade Runner (1982)/Blade Runner.mkv",
    kind: "sound",
    events: DONE,
    fields: { resultBytes: 3_900_000_000 },
    ageMinutes: 130,
  },
  { path: "Casablanca (1942)/Casablanca.mkv", kind: "sound", events: ["assessed-needs-work"], ageMinutes: 2 },
  {
    path: "Heat (1995)/Heat.mkv",
    kind: "picture",
    events: ["assessed-needs-work"],
    sizeBytes: 22_300_000_000,
    ageMinutes: 2,
  },
  {
    path: "Home videos/clip 60fps.mp4",
    kind: "fast",
    events: ["assessed-needs-work"],
    sizeBytes: 310_000_000,
    ageMinutes: 2,
  },
  {
    path: "Ikiru (1952)/Ikiru.avi",
    events: ["assessed-hopeless"],
    fields: {
      problemCode: "source-damaged",
      problemDetail: "The index names bytes beyond the end of the file.",
      why: "damaged or incomplete",
      action: "cannot be mended",
      work: "impossible",
    },
    sizeBytes: 700_000_000,
    ageMinutes: 600,
  },
  {
    path: "M (1931)/M.mp4",
    kind: "plays",
    events: ["assessed-plays"],
    sizeBytes: 1_400_000_000,
    ageMinutes: 4000,
  },
  {
    path: "Severance/Season 1/Severance S01E01.mkv",
    library: "series",
    kind: "sound",
    events: ["assessed-needs-work", "claimed", "published-moved"],
    fields: { resultBytes: 1_100_000_000, archivePath: "/films/series/.archive/Severance S01E01.mkv" },
    sizeBytes: 1_300_000_000,
    ageMinutes: 1500,
  },
  { path: "Severance/Season 1/Severance S01E02.mkv", library: "series", sizeBytes: 1_250_000_000 },
  {
    path: HOSTILE_MARKUP,
    kind: "remux",
    events: ["assessed-needs-work"],
    sizeBytes: 900_000_000,
    ageMinutes: 3,
  },
  {
    path: HOSTILE_QUOTES,
    kind: "plays",
    events: ["assessed-plays"],
    sizeBytes: 800_000_000,
    ageMinutes: 300,
  },
  { path: HOSTILE_RTL, kind: "plays", events: ["assessed-plays"], sizeBytes: 1_800_000_000, ageMinutes: 300 },
];
