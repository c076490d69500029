/** The text of a WebVTT or SubRip file that ffmpeg wrote, cleaned of what a viewer should not read. */

/** The longest films have some 300 kB of text, with every event of an animation some MB; a larger file is not read. */
export const MAX_SUBTITLE_BYTES = 16 * 1_048_576;

/** `01:02:03,456 --> …` or, in WebVTT, `02:03.456 --> …`; what stands behind it is settings of the cue. */
const TIMING = /^\s*(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}\s+-->\s+(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}(?:\s|$)/;

/** The drawing of an ASS event (`{\p1}m 0 0 l 100 0 …`), which ffmpeg passes on as if it were text. */
const DRAWING = /^m(?:\s+-?[\d.]+){2}(?:\s+(?:[mnlbspc](?!\w)|-?[\d.]+))*\s*/;

// Each stops at the next opening sign, so that a hostile line costs one pass.
const FONT = /<\/?font[^<>\n]*>/gi;
const OVERRIDE = /\{\\[^{}\n]*\}/g;
/** The place on the screen is the one override that players of SubRip understand. */
const OVERRIDE_BUT_PLACE = /\{\\(?!an\d\})[^{}\n]*\}/g;
const MARKUP = /<\/?[biu]>/gi;

export type SidecarText = "vtt" | "srt";

/**
 * The same subtitles without drawings, font tags, override tags and empty cues, numbered anew; null when no cue is left.
 * WebVTT is escaped: ffmpeg 5.1 writes `&` and `<3` as they are (measured).
 */
export const cleanSubtitles = (text: string, format: SidecarText): string | null => {
  const cues = parseCues(text.replace(FONT, ""))
    .map(({ timing, lines }) => ({
      timing,
      lines: lines.map((line) => cleanLine(line, format)).filter(Boolean),
    }))
    .filter(({ lines }) => lines.length > 0);
  if (cues.length === 0) return null;
  const blocks = cues.map(({ timing, lines }, index) =>
    [...(format === "srt" ? [String(index + 1)] : []), timing, ...lines].join("\n"),
  );
  return `${format === "vtt" ? "WEBVTT\n\n" : ""}${blocks.join("\n\n")}\n`;
};

type Cue = { readonly timing: string; readonly lines: readonly string[] };

/** Every cue in file order; an empty line inside a text does not end it, as only a time begins the next. */
const parseCues = (text: string): readonly Cue[] => {
  const cues: { timing: string; lines: string[] }[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const last = cues.at(-1);
    if (TIMING.test(line)) {
      // The number before a time belongs to it, not to the text before.
      if (last && /^\d+$/.test(last.lines.at(-1) ?? "") && last.lines.at(-2) === "") last.lines.pop();
      cues.push({ timing: line.trim(), lines: [] });
    } else if (line !== "" || last?.lines.at(-1) !== "") last?.lines.push(line.trim());
  }
  return cues;
};

/** Characters; only drawings are longer, and looking through one whole exhausts the stack. */
const MAX_LINE = 8192;

const cleanLine = (whole: string, format: SidecarText): string => {
  const line = whole.slice(0, MAX_LINE);
  const bare = line.replace(OVERRIDE, "").replace(MARKUP, "").trim();
  const said = bare.replace(DRAWING, "");
  if (said === "" || (said !== bare && whole.length > MAX_LINE)) return "";
  if (said !== bare) return format === "vtt" ? escaped(said) : said;
  return format === "vtt" ? escaped(line.replace(OVERRIDE, "")) : line.replace(OVERRIDE_BUT_PLACE, "");
};

const escaped = (line: string): string =>
  line
    .replace(/&(?!(?:amp|lt|gt|nbsp|lrm|rlm|#x?[\da-f]{1,6});)/gi, "&amp;")
    .replace(/<(?!\/?[biu]>)/gi, "&lt;")
    .replaceAll("-->", "--&gt;");
