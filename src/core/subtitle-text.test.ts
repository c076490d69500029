import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanSubtitles, type SidecarText } from "./subtitle-text.ts";

const TIMES = { vtt: "00:01.000 --> 00:02.000", srt: "00:00:01,000 --> 00:00:02,000" } as const;

/** The text of one cue, before and after; null: the cue goes. */
const check = (name: string, format: SidecarText, text: string, wanted: string | null): void => {
  test(`${format}: ${name}`, () => {
    const written = { vtt: `WEBVTT\n\n${TIMES.vtt}\n${text}\n\n`, srt: `7\n${TIMES.srt}\n${text}\n\n` }[
      format
    ];
    const clean = { vtt: `WEBVTT\n\n${TIMES.vtt}\n${wanted}\n`, srt: `1\n${TIMES.srt}\n${wanted}\n` }[format];
    assert.equal(cleanSubtitles(written, format), wanted === null ? null : clean);
  });
};
for (const format of ["vtt", "srt"] as const) {
  check("plain", format, "Good evening.\nIndeed.", "Good evening.\nIndeed.");
  check("a drawing", format, "m 0 0 l 100 0 100 100 0 100", null);
  check("a drawing below zero", format, "m -5.5 0 b 1 2 3 4 5 6", null);
  check("a drawing in font and place", format, '<font face="A">{\\an7}<b>m 0 0 l 1 1</b></font>', null);
  check("an endless drawing", format, `${"m 0 0 ".repeat(500_000)}-`, null);
  check("text after a drawing", format, "m 0 0 l 1 1 2 2Hello", "Hello");
  check("text that begins like one", format, "m 5 people came", "m 5 people came");
  check("a place and no text", format, '<font size="20">{\\an8}</font>', null);
  check("empty", format, "", null);
  check("fonts", format, '<font color="#ffff00"><i>Hi</i></font>', "<i>Hi</i>");
  check("overrides", format, "{\\k20}{\\fad(1,2)}Hi{\\r}", "Hi");
  check("braces of a person", format, "{sighs} Hi", "{sighs} Hi");
  check("an empty line inside", format, "one\n\ntwo", "one\ntwo");
  check("a line that is a number", format, "one\n12", "one\n12");
}
check("a place", "srt", "{\\an8}Hi", "{\\an8}Hi");
check("a place", "vtt", "{\\an8}Hi", "Hi");
check("signs", "srt", "<3 & --> <i>x</i>", "<3 & --> <i>x</i>");
check("signs", "vtt", "<3 & --> <i>x</i>", "&lt;3 &amp; --&gt; <i>x</i>");
check("signs that are escaped", "vtt", "&lt;3 &amp; &#39;", "&lt;3 &amp; &#39;");

test("cues are numbered anew, whatever was dropped, line ends and mark", () => {
  const written =
    "\uFEFF1\r\n00:00:01,000 --> 00:00:02,000\r\none\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nm 0 0 l 1 1\r\n\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\n42\r\n\r\n43\r\n\r\n4\r\n00:00:07,000 --> 00:00:08,000\r\nfour";
  assert.equal(
    cleanSubtitles(written, "srt"),
    "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:05,000 --> 00:00:06,000\n42\n43\n\n3\n00:00:07,000 --> 00:00:08,000\nfour\n",
  );
});

test("settings and hours of a WebVTT cue stay; notes before the first go", () => {
  const cue = "1:00:01.000 --> 1:00:02.000 align:start\nHi\n";
  assert.equal(cleanSubtitles(`WEBVTT - a title\n\nNOTE hello\n\n${cue}`, "vtt"), `WEBVTT\n\n${cue}`);
});

test("no cue is no file", () => {
  for (const text of ["", "WEBVTT\n\n", "hello"]) assert.equal(cleanSubtitles(text, "vtt"), null);
});

test("hostile lines cost one pass", () => {
  const long = ["<font", "{\\", "m 1 1 ", "&", "<"].map((each) => each.repeat(200_000)).join("\n");
  // A second pass over a million characters for each of them would take until the runner's own limit.
  assert.notEqual(cleanSubtitles(`WEBVTT\n\n${TIMES.vtt}\n${long}`, "vtt"), null);
});
