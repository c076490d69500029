/** Subtitle files and films that hold them, made with ffmpeg. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runFfmpeg } from "./ffmpeg.ts";

/** SubRip of half-second cues. */
export const srtOf = (...lines: readonly string[]): string =>
  lines
    .map((line, index) => `${index + 1}\n00:00:0${index},500 --> 00:00:0${index},900\n${line}\n`)
    .join("\n");

/** ASS of half-second events, each a text as ASS writes it. */
export const assOf = (...texts: readonly string[]): string =>
  [
    "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]",
    "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding",
    "Style: Default,Comic Sans,20,&H0000FFFF,0,0,0,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1",
    "\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ...texts.map((text, index) => `Dialogue: 0,0:00:0${index}.50,0:00:0${index}.90,Default,,0,0,0,,${text}`),
    "",
  ].join("\n");

export type Track = {
  readonly file: string;
  readonly content: string | Uint8Array;
  /** Options of the output for this track: its codec, language, disposition; `N` is its number. */
  readonly options: readonly string[];
};

/** A film of two seconds at `path` with these subtitle tracks; it needs remuxing only, unless the path says MP4. */
export const makeSubtitled = async (path: string, tracks: readonly Track[]): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "cvc-subtitles-"));
  try {
    const inputs = tracks.flatMap(({ file, content }, index) => {
      const name = join(folder, `${index}-${file}`);
      writeFileSync(name, content);
      return ["-i", name];
    });
    await runFfmpeg([
      ...["-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=24:d=2", ...inputs],
      ...["-map", "0", ...tracks.flatMap((_, index) => ["-map", String(index + 1)])],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48"],
      ...tracks.flatMap(({ options }, index) => options.map((each) => each.replaceAll("N", String(index)))),
      `file:${path}`,
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
