/** Films with one pitfall each, made on the spot. A row says what must be found, and by which work it is mended. */
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runFfmpeg } from "./ffmpeg.ts";

export type Pitfall = {
  /** As the list of pitfalls numbers it. */
  readonly number: string;
  readonly name: string;
  readonly file: string;
  readonly work: string;
  /** Reasons that must be found; empty for a film that plays. */
  readonly because: readonly string[];
  /** Advice that must be given besides. */
  readonly note: string | null;
  /** The size of the result, where it is the point. */
  readonly size: string | null;
  readonly make: (path: string) => Promise<void>;
};

const PARTS: Readonly<Record<string, string>> = {
  picture: "-f lavfi -i testsrc2=s=640x360:r=25:d=2",
  // The hard edges of the test picture look combed.
  soft: "-f lavfi -i testsrc2=s=640x360:r=25:d=2,gblur=sigma=4",
  sound: "-f lavfi -i sine=r=48000:d=2",
  surround: `-f lavfi -i aevalsrc='${[1, 2, 3, 4, 5, 6].map((tone) => `0.2*sin(${220 * tone}*2*PI*t)`).join("|")}':s=48000:d=2:c=5.1`,
  noise: "-f lavfi -i testsrc2=s=1280x720:r=25:d=3,noise=alls=100:allf=t",
  h264: "-c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -g 50",
  quick: "-c:v libx264 -preset ultrafast -pix_fmt yuv420p",
  x265: "-c:v libx265 -preset ultrafast -x265-params log-level=error",
  aac: "-c:a aac -b:a 128k -ac 2",
  fast: "-movflags +faststart",
  pq: "zscale=tin=bt709:min=bt709:pin=bt709:t=smpte2084:p=bt2020:m=bt2020nc:npl=200,format=yuv420p10le",
};

/** A recipe as ffmpeg's arguments: no argument has a space, a word in braces stands for a part. */
const argsOf = (recipe: string): readonly string[] =>
  recipe.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARTS[name] ?? "").split(" ");

const ffmpeg = (recipe: string, ...files: readonly string[]) =>
  runFfmpeg(["-v", "error", "-nostdin", "-y", ...argsOf(recipe), ...files]);

const GOOD = "{picture} {sound} {h264} {aac} {fast}";

/** The good film copied with other options; before, it lies where no library looks. */
const repacked = async (path: string, before: string, after: string): Promise<void> => {
  const source = `${path}.source`;
  await ffmpeg(
    `-stream_loop 1 ${GOOD.replace("{picture}", "-f lavfi -i testsrc2=s=640x360:r=25:d=4")} -f mp4`,
    source,
  );
  await ffmpeg(`${before}-f mp4 -i`, source, ...argsOf(after), path);
  await rm(source);
};

/** A film beside which a text lies for as long as ffmpeg reads it. */
const withText = async (path: string, text: string, before: string, after: string): Promise<void> => {
  writeFileSync(`${path}.text`, text);
  await ffmpeg(`{picture} {sound} ${before} -i`, `${path}.text`, ...argsOf(after), path);
  await rm(`${path}.text`);
};

const cutInHalf = (path: string): void => truncateSync(path, Math.floor(readFileSync(path).length / 2));

/** What no single run of ffmpeg makes. */
const MAKERS: Readonly<Record<string, (path: string) => Promise<void>>> = {
  cut: (path) => repacked(path, "-ss 1.5 ", "-c copy {fast}"),
  avc3: (path) => repacked(path, "", "-c copy -tag:v avc3 {fast}"),
  avi: (path) => repacked(path, "", "-c:v copy -c:a libmp3lame"),
  // 5.1 writes the tag; 6 and later the matrix, and 5.1 does not know that option.
  rotated: (path) =>
    repacked(path, "-display_rotation 90 ", "-c copy {fast}").catch(() =>
      repacked(path, "", "-c copy -metadata:s:v:0 rotate=90 {fast}"),
    ),
  subtitles: (path) =>
    withText(
      path,
      "1\n00:00:00,500 --> 00:00:01,500\nGood evening.\n",
      "-f srt",
      "{h264} {aac} -c:s mov_text {fast}",
    ),
  chapters: (path) =>
    withText(
      path,
      ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=1\nEND=2\n",
      "-f ffmetadata",
      "-map_chapters 2 {h264} {aac} -timecode 01:00:00:00 {fast}",
    ),
  cover: async (path) => {
    await ffmpeg("-f lavfi -i color=red:s=320x320 -frames:v 1 -f mjpeg", `${path}.cover`);
    const streams = "-map 0:v -map 1:a -map 2:v -c:v:0 libx264 -preset veryfast -pix_fmt:v:0 yuv420p";
    const picture = "-c:v:1 copy -disposition:v:1 attached_pic {aac} {fast}";
    await ffmpeg("{picture} {sound} -f mjpeg -i", `${path}.cover`, ...argsOf(`${streams} ${picture}`), path);
    await rm(`${path}.cover`);
  },
  half: async (path) => {
    await ffmpeg(GOOD, path);
    cutInHalf(path);
  },
  empty: async (path) => writeFileSync(path, ""),
};

/** number | name | file | work | reasons | note or size | recipe, or the maker's name behind a colon */
const TABLE = `
0  | a good film                      | good.mp4          | none  |                                      |                       | ${GOOD}
1  | AAC 5.1                          | aac51.mp4         | audio | audio-channels                       |                       | {picture} {surround} {h264} -c:a aac -b:a 256k {fast}
2  | 10-bit H.264                     | hi10p.mp4         | video | video-profile video-bit-depth        |                       | {picture} {sound} -c:v libx264 -preset ultrafast -pix_fmt yuv420p10le {aac} {fast}
2  | 4:2:2 H.264                      | yuv422.mp4        | video | video-profile video-bit-depth        |                       | {picture} {sound} -c:v libx264 -preset ultrafast -pix_fmt yuv422p {aac} {fast}
2  | 4:4:4 H.264                      | yuv444.mp4        | video | video-profile video-bit-depth        |                       | {picture} {sound} -c:v libx264 -preset ultrafast -pix_fmt yuv444p {aac} {fast}
3  | level flagged too high           | level51.mp4       | copy  | level-flag-high                      |                       | {picture} {sound} {h264} -level:v 5.1 {aac} {fast}
4  | sixteen reference frames         | refs16.mp4        | video | video-level                          |                       | -f lavfi -i testsrc2=s=1920x1080:r=24:d=1 {quick} -x264-params ref=16:bframes=3 -level:v 4.1 {fast}
5  | anamorphic                       | anamorphic.mp4    | video | video-anamorphic                     | 1024x576              | -f lavfi -i testsrc2=s=720x576:r=24:d=1,setsar=64/45 {h264} {fast}
5  | aspect flag a hair off           | aspect.mp4        | copy  | aspect-flag                          |                       | -f lavfi -i testsrc2=s=640x360:r=25:d=2,setsar=1281/1280:max=5000 {h264} {fast}
6  | interlaced                       | tff.mp4           | video | video-interlaced                     |                       | -f lavfi -i testsrc2=s=720x576:r=50:d=2,interlace=scan=tff {quick} -flags +ildct+ilme -x264-params tff=1 {fast}
6b | interlaced, marked progressive   | hidden.mp4        | video | video-interlaced                     |                       | -f lavfi -i testsrc2=s=720x576:r=50:d=4,gblur=sigma=4,interlace=scan=tff,setfield=prog {quick} {fast}
6c | progressive, coded as fields     | fake.mp4          | none  |                                      | video-coded-as-fields | -f lavfi -i testsrc2=s=720x576:r=25:d=4,gblur=sigma=4 {quick} -x264-params fake-interlaced=1 {fast}
7  | bursts above the frame rate      | vfr.mp4           | video | video-resolution                     | 1280x720              | -f lavfi -i testsrc2=s=1920x1080:r=60:d=2,select='if(lt(t,1),1,not(mod(n,4)))' -fps_mode vfr {quick} {fast}
8  | index at the end                 | moov-at-end.mp4   | copy  | moov-at-end                          |                       | {picture} {sound} {h264} {aac}
9  | cut by an edit list              | cut.mp4           | video | video-cut-by-edit-list               |                       | :cut
10 | subtitles inside                 | subtitles.mp4     | copy  | subtitles-inside                     |                       | :subtitles
11 | chapters and a timecode track    | chapters.mp4      | copy  | chapters data-tracks                 |                       | :chapters
12 | odd sample entry                 | avc3.mp4          | copy  | video-tag                            |                       | :avc3
12 | encrypted                        | encrypted.mp4     | impossible | encrypted                       |                       | {picture} {sound} {h264} {aac} -encryption_scheme cenc-aes-ctr -encryption_key 0123456789abcdef0123456789abcdef -encryption_kid fedcba9876543210fedcba9876543210 {fast}
13 | the commentary first and default | commentary.mkv    | audio | audio-codec audio-channels container |                       | {picture} {sound} {surround} -map 0:v -map 1:a -map 2:a {h264} -c:a:0 aac -c:a:1 ac3 -metadata:s:a:0 title=Commentary -disposition:a:0 default+comment -disposition:a:1 0
13 | another sound before the film's  | wrong-default.mp4 | copy  | wrong-default-audio                  |                       | {picture} {sound} {sound} -map 0:v -map 1:a -map 2:a {h264} {aac} -disposition:a:0 0 -disposition:a:1 default {fast}
14 | sound that starts late           | late.mp4          | audio | audio-late                           |                       | {picture} -itsoffset 1.2 -f lavfi -i sine=r=48000:d=0.8 {h264} {aac} {fast}
15 | bitrate peaks                    | peaks.mp4         | video | video-bitrate-peak                   |                       | {noise} {quick} -qp 20 {fast}
16 | cover picture                    | cover.mp4         | copy  | cover-picture                        |                       | :cover
17 | rotated                          | rotated.mp4       | video | video-rotated                        | 360x640               | :rotated
18 | 1088 lines shown                 | padded.mp4        | copy  | padding-lines                        | 1920x1080             | -f lavfi -i testsrc2=s=1920x1080:r=24:d=1,pad=1920:1088 {h264} {fast}
19 | full-range colour                | full-range.mp4    | video | video-full-range                     |                       | -f lavfi -i testsrc2=s=640x360:r=25:d=2,scale=out_range=pc,format=yuvj420p -c:v libx264 -preset veryfast {fast}
20 | MP3 in MP4                       | mp3.mp4           | audio | audio-codec                          |                       | {picture} {sound} {h264} -c:a libmp3lame {fast}
20 | Opus in MP4                      | opus.mp4          | audio | audio-codec                          |                       | {picture} {sound} {h264} -c:a libopus {fast}
20 | FLAC in MP4                      | flac.mp4          | audio | audio-codec                          |                       | {picture} {sound} {h264} -c:a flac -strict -2 {fast}
20 | AC-3 in MP4                      | ac3.mp4           | audio | audio-codec                          |                       | {picture} {sound} {h264} -c:a ac3 {fast}
20 | E-AC-3 in MP4                    | eac3.mp4          | audio | audio-codec                          |                       | {picture} {sound} {h264} -c:a eac3 {fast}
20 | DTS in MP4                       | dts.mp4           | audio | audio-codec                          |                       | {picture} {sound} {h264} -c:a dca -strict -2 -ac 2 {fast}
21 | fragments                        | fragments.mp4     | copy  | fragmented                           |                       | {picture} {sound} {h264} {aac} -movflags frag_keyframe+empty_moov
22 | B-frames in AVI                  | b-frames.avi      | video | video-timestamps audio-codec container |                     | :avi
23 | keyframes far apart              | keyframes.mp4     | none  |                                      | video-keyframes-far   | -f lavfi -i testsrc2=s=320x180:r=25:d=25 {h264} -g 300 -keyint_min 300 -sc_threshold 0 {fast}
24 | HEVC                             | hevc.mp4          | video | video-codec                          |                       | {picture} {sound} {x265} {aac} {fast}
24 | VP9 in Matroska                  | vp9.mkv           | video | video-codec                          |                       | {picture} {sound} -c:v libvpx-vp9 -cpu-used 8 -deadline realtime -c:a libopus
24 | MPEG-4 in AVI                    | mpeg4.avi         | video | video-codec audio-codec container    |                       | {soft} {sound} -c:v mpeg4 -c:a libmp3lame
24 | MPEG-2 in a transport stream     | mpeg2.ts          | video | video-codec audio-codec container    |                       | {picture} {sound} -c:v mpeg2video -b:v 2M -c:a mp2
24 | HDR10                            | hdr10.mkv         | video | video-codec video-hdr                |                       | -f lavfi -i testsrc2=s=640x360:r=24:d=1 -vf {pq} {x265}:hdr10=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:max-cll=1000,400
25 | level flagged too low            | level-low.mp4     | copy  | level-flag-low                       |                       | {noise} {h264} -preset superfast -level:v 3.1 -b:v 18.5M -minrate 18.5M -maxrate 18.5M -bufsize 2M -x264-params nal-hrd=cbr {fast}
26 | cut short, Matroska              | cut-short.mkv     | impossible | source-damaged                  |                       | :half
26 | cut short, MP4                   | cut-short.mp4     | impossible | source-damaged                  |                       | :half
27 | no picture                       | no-picture.mp4    | impossible | no-video                        |                       | {sound} {aac}
27 | an empty file                    | empty.mp4         | impossible |                                 |                       | :empty
`;

const toPitfall = (line: string): Pitfall => {
  const [number = "", name = "", file = "", work = "", because = "", expected = "", recipe = ""] = line
    .split(" | ")
    .map((cell) => cell.trim());
  const maker = recipe.startsWith(":") ? MAKERS[recipe.slice(1)] : (path: string) => ffmpeg(recipe, path);
  if (!maker) throw new Error(`${file}: there is no maker ${recipe}`);
  const isSize = /^\d+x\d+$/.test(expected);
  return {
    ...{ number, name, file, work, because: because.split(" ").filter(Boolean), make: maker },
    note: isSize || expected === "" ? null : expected,
    size: isSize ? expected : null,
  };
};

export const PITFALLS: readonly Pitfall[] = TABLE.trim().split("\n").map(toPitfall);

/** Makes every film into `folder`. */
export const makePitfalls = async (folder: string): Promise<void> => {
  for (const each of PITFALLS) await each.make(join(folder, each.file));
};
