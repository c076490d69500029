/** Short real films, made once in a test process with ffmpeg and copied to where a test wants them. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runFfmpeg } from "./ffmpeg.ts";

const PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=24:d=3"];
const SOUND = ["-f", "lavfi", "-i", "sine=r=48000:d=3"];
const H264 = [
  "-c:v",
  "libx264",
  "-preset",
  "ultrafast",
  "-profile:v",
  "high",
  "-pix_fmt",
  "yuv420p",
  "-g",
  "48",
];
const AAC = ["-c:a", "aac", "-ac", "2"];
const SUBTITLES = "1\n00:00:00,500 --> 00:00:02,000\nGood evening.\n";

/** What a clip needs: nothing, remuxing, its sound, its picture; or it cannot be mended. */
const CLIPS = {
  plays: { ending: "mp4", args: [...PICTURE, ...SOUND, ...H264, ...AAC, "-movflags", "+faststart"] },
  remux: { ending: "mkv", args: [...PICTURE, ...SOUND, ...H264, ...AAC] },
  subtitled: {
    ending: "mkv",
    args: [
      ...PICTURE,
      ...SOUND,
      "-i",
      "SUBTITLES",
      ...H264,
      ...AAC,
      "-c:s",
      "srt",
      "-metadata:s:s:0",
      "language=eng",
    ],
  },
  sound: { ending: "mkv", args: [...PICTURE, ...SOUND, ...H264, "-c:a", "ac3"] },
  picture: { ending: "avi", args: [...PICTURE, ...SOUND, "-c:v", "mpeg4", "-c:a", "libmp3lame"] },
  "ten-bit": {
    ending: "mkv",
    args: [
      ...PICTURE,
      ...SOUND,
      "-c:v",
      "libx265",
      "-preset",
      "ultrafast",
      "-pix_fmt",
      "yuv420p10le",
      ...AAC,
    ],
  },
  lasting: {
    ending: "avi",
    args: ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=30:d=40", "-c:v", "mpeg4", "-q:v", "8"],
  },
  long: {
    ending: "avi",
    args: ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=24", "-c:v", "mpeg4", "-q:v", "8"],
  },
} as const;
export type ClipKind = keyof typeof CLIPS;

const made = new Map<ClipKind, Promise<string>>();
let cache: string | null = null;

const make = async (kind: ClipKind): Promise<string> => {
  if (cache === null) {
    cache = mkdtempSync(join(tmpdir(), "cvc-clips-"));
    const folder = cache;
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  const path = join(cache, `${kind}.${CLIPS[kind].ending}`);
  const subtitles = join(cache, "subtitles.srt");
  writeFileSync(subtitles, SUBTITLES);
  const args = CLIPS[kind].args.map((each) => (each === "SUBTITLES" ? subtitles : each));
  await runFfmpeg(["-v", "error", "-nostdin", "-y", ...args, path]);
  return path;
};

/** Puts a film of `kind` at `path`, making its folder. */
export const putClip = async (kind: ClipKind, path: string): Promise<string> => {
  const source = made.get(kind) ?? make(kind);
  made.set(kind, source);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(await source, path);
  return path;
};

/** Puts the first part of a film there, as a broken download leaves it. */
export const putTruncatedClip = async (path: string): Promise<string> => {
  await putClip("remux", path);
  truncateSync(path, 60_000);
  return path;
};
