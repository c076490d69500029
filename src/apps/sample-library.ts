/**
 * A small messy library for the first minute: what collects on a disk in ten years, made on the spot with ffmpeg's
 * own test pictures. Each clip is one row and stands for one thing the program has to get right.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileUrl } from "../core/ffmpeg-args.ts";

type Deps = {
  /** Runs ffmpeg with these arguments; rejects when it fails. */
  readonly runFfmpeg: (args: readonly string[]) => Promise<void>;
  /** Told of each clip when it is there, or why it is not. */
  readonly onProgress: (progress: SampleProgress) => void;
};

export type SampleProgress =
  | { readonly kind: "made"; readonly path: string; readonly done: number; readonly total: number }
  | { readonly kind: "failed"; readonly path: string; readonly detail: string };

type Clip = {
  /** Below the sample library's folder. */
  readonly path: string;
  /** What stands before the output's name; none for a file that is not media. */
  readonly args: readonly string[];
  /** Keep only this part of the finished file: a download that was cut off. */
  readonly keep?: number;
};

const picture = (source: string): readonly string[] => ["-f", "lavfi", "-i", source];
/** Stereo with a slow beat, so that it is heard to move. */
const sound = (hertz: number): readonly string[] => [
  ...["-f", "lavfi", "-i"],
  `sine=frequency=${hertz}:sample_rate=48000,tremolo=f=2:d=0.5,pan=stereo|c0=c0|c1=c0`,
];
const surround: readonly string[] = [
  ...["-f", "lavfi", "-i"],
  `aevalsrc='${[262, 330, 392, 55, 523, 659].map((hertz) => `0.2*sin(${hertz}*2*PI*t)`).join("|")}':s=48000:c=5.1`,
];

const h264 = (level = "4.1"): readonly string[] => [
  ...["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-level:v", level],
  ...["-pix_fmt", "yuv420p", "-g", "50"],
];
const aac: readonly string[] = ["-c:a", "aac", "-b:a", "160k", "-ac", "2"];
const lasting = (seconds: number): readonly string[] => ["-t", String(seconds)];

const TESTCARD = "testsrc2=s=1280x720:r=25";
const FRACTAL = "mandelbrot=s=640x360:r=25:maxiter=300";
const LIFE =
  "life=s=320x180:r=25:ratio=0.12:mold=12:life_color=#9ece6a:death_color=#7a2f3f:mold_color=#1a1b26,scale=1280x720:flags=neighbor";
const BARS = "smptehdbars=s=1280x720:r=24,hue=H=0.6*t";
const CELLS = "cellauto=s=320x180:r=25:rule=110,scale=640x360:flags=neighbor,hue=h=200:s=3";
const CARPET = "sierpinski=s=854x480:r=24:type=carpet";
const COLOURS = "gradients=s=640x360:r=25:nb_colors=4:speed=0.02";
const CLOCK = "testsrc=s=640x480:r=25";

/** Subtitle texts, written beside the unfinished clips for the time of making. */
const SUBTITLES = {
  "en.srt":
    "1\n00:00:01,000 --> 00:00:03,000\nThe tide is late tonight.\n\n2\n00:00:03,500 --> 00:00:06,000\nSo are we.\n",
  "de.ass": `[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\i1}Die Flut kommt spät.{\\i0}
Dialogue: 0,0:00:03.50,0:00:06.00,Default,,0,0,0,,Wir auch.
`,
} as const;

const CLIPS: readonly Clip[] = [
  {
    // plays as it is
    path: "Movies/The Quiet Harbour (2019)/The Quiet Harbour (2019).mp4",
    args: [...picture(TESTCARD), ...sound(330), ...h264(), ...aac, ...lasting(8), "-movflags", "+faststart"],
  },
  {
    // only the container is wrong
    path: "Movies/Northern.Lights.2021.720p.WEB-DL.AAC2.0.H.264-GRP.mkv",
    args: [...picture(LIFE), ...sound(294), ...h264(), ...aac, ...lasting(8)],
  },
  {
    // only the sound is wrong
    path: "Movies/salt_and_iron_(1998)_[DVDRip_AC3_5.1]/salt and iron.mkv",
    args: [...picture(CARPET), ...surround, ...h264(), "-c:a", "ac3", "-b:a", "384k", ...lasting(8)],
  },
  {
    // picture and sound are both beyond an older Chromecast
    path: "Movies/Meridian.2023.2160p.10bit.HEVC.DDP5.1-GRP/Meridian.2023.mkv",
    args: [
      ...[...picture(FRACTAL), ...surround, "-pix_fmt", "yuv420p10le"],
      ...["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"],
      ...["-c:a", "eac3", "-b:a", "384k", ...lasting(8)],
    ],
  },
  {
    // index at the end of the file, subtitles inside
    path: "Movies/Paper Moons - Director's Cut (2004).mp4",
    args: [
      ...[...picture(BARS), ...sound(392), "-i", "en.srt", ...h264(), ...aac, "-c:s", "mov_text"],
      ...["-metadata:s:s:0", "language=eng", ...lasting(8)],
    ],
  },
  {
    // a level in the header that the picture does not need
    path: "Movies/Small Picture, Big Label (2016).mp4",
    args: [
      ...[...picture(COLOURS), ...sound(440), ...h264("5.1"), ...aac, ...lasting(8)],
      ...["-movflags", "+faststart"],
    ],
  },
  {
    // six channels of AAC are silent on a Chromecast
    path: "Movies/Surround Sound Demo 5.1 (2017).m4v",
    args: [
      ...[...picture(CELLS), ...surround, ...h264(), "-c:a", "aac", "-b:a", "320k", ...lasting(8)],
      ...["-movflags", "+faststart"],
    ],
  },
  {
    // the commentary is marked as the sound to play, two languages beside it
    path: "Movies/Two.Tongues.2012.MULTi.DVDRip.mkv",
    args: [
      ...[...picture("testsrc2=s=640x360:r=24,negate"), ...sound(220), ...sound(330), ...sound(440)],
      ...["-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:a", ...h264(), ...aac, ...lasting(8)],
      ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:0", "title=Director's Commentary"],
      ...["-metadata:s:a:1", "language=eng", "-metadata:s:a:2", "language=deu"],
      ...["-disposition:a:0", "default+comment", "-disposition:a:1", "0", "-disposition:a:2", "0"],
    ],
  },
  {
    // a download that stopped half-way
    path: "Movies/incoming/the.long.goodnight.2020.1080p.mp4",
    args: [...picture(TESTCARD), ...sound(262), ...h264(), ...aac, ...lasting(6)],
    keep: 0.6,
  },
  { path: "Movies/incoming/WATCH ME FIRST - free codec.mkv", args: [] },
  {
    // interlaced television from a DVD; the longest clip, so that an encode can be watched
    path: "Series/Old Channel/Season 01/Old Channel - S01E01 - Pilot.mpg",
    args: [
      ...picture("testsrc2=s=720x576:r=50,tinterlace=interleave_top,setsar=16/15"),
      ...[...sound(349), "-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-b:v", "4M"],
      ...["-c:a", "mp2", "-b:a", "192k", ...lasting(30), "-f", "vob"],
    ],
  },
  {
    // the early 2000s
    path: "Series/Old Channel/Season 01/old_channel.s01e02.XviD.avi",
    args: [
      ...[...picture(CLOCK), ...sound(311), "-c:v", "mpeg4", "-vtag", "XVID", "-bf", "2", "-q:v", "4"],
      ...["-c:a", "libmp3lame", "-b:a", "128k", ...lasting(20)],
    ],
  },
  {
    // subtitles of two kinds and languages
    path: "Series/Harbour Lights/S02/harbour.lights.s02e03.720p.web.h264.mkv",
    args: [
      ...[...picture(`${BARS},hflip`), ...sound(247), "-i", "en.srt", "-i", "de.ass"],
      ...["-map", "0:v", "-map", "1:a", "-map", "2:s", "-map", "3:s", ...h264(), ...aac, "-c:s", "copy"],
      ...["-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=deu", ...lasting(8)],
    ],
  },
];

const NOT_MEDIA = "Please install the free codec from our site to see this film.\n";

/** Films are old. The program waits for a file that changed a moment ago; these are finished. */
const FILM_DATE = new Date("2020-05-01T20:15:00Z");

/** Two cores keep two encoders busy. */
const AT_A_TIME = 2;

/**
 * Makes what is missing of the sample library in `directory` and returns the paths made, relative to it. A clip gets
 * its name only when it is whole, so a killed run is completed by the next; once all are there, nothing is ever made
 * again, whatever became of them. A clip that this ffmpeg cannot make is reported and tried again next time.
 */
export const makeSampleLibrary = async (
  directory: string,
  { runFfmpeg, onProgress }: Deps,
  signal?: AbortSignal,
): Promise<readonly string[]> => {
  const complete = join(directory, ".sample-library-is-complete");
  if (existsSync(complete)) return [];
  const workshop = join(directory, ".being-made");
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { recursive: true });
  for (const [name, text] of Object.entries(SUBTITLES)) await writeFile(join(workshop, name), text);

  const missing = CLIPS.filter((clip) => !existsSync(join(directory, clip.path)));
  const made: string[] = [];
  const waiting = [...missing.entries()];
  const makeSome = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !signal?.aborted; next = waiting.shift()) {
      const [number, clip] = next;
      try {
        await makeClip(clip, join(workshop, `${number}${extname(clip.path)}`), directory, runFfmpeg);
        made.push(clip.path);
        onProgress({ kind: "made", path: clip.path, done: made.length, total: missing.length });
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        onProgress({ kind: "failed", path: clip.path, detail });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, makeSome));
  await rm(workshop, { recursive: true, force: true });
  if (made.length === missing.length) await writeFile(complete, "");
  return made;
};

const makeClip = async (
  clip: Clip,
  unfinished: string,
  directory: string,
  runFfmpeg: Deps["runFfmpeg"],
): Promise<void> => {
  const workshop = dirname(unfinished);
  const args = clip.args.map((each) => (each in SUBTITLES ? fileUrl(join(workshop, each)) : each));
  if (args.length === 0) await writeFile(unfinished, NOT_MEDIA);
  else
    await runFfmpeg(["-hide_banner", "-nostdin", "-loglevel", "error", "-y", ...args, fileUrl(unfinished)]);
  if (clip.keep) await truncate(unfinished, Math.floor((await stat(unfinished)).size * clip.keep));
  await utimes(unfinished, FILM_DATE, FILM_DATE);
  const finished = join(directory, clip.path);
  await mkdir(dirname(finished), { recursive: true });
  await rename(unfinished, finished);
};
