/** Codecs in the words of a person. */
import { visibleText } from "./human-text.ts";

/** How codecs are written on boxes; what is not here is shown in ffprobe's spelling. */
const CODEC_NAMES: Readonly<Record<string, string>> = {
  h264: "H.264",
  hevc: "HEVC (H.265)",
  av1: "AV1",
  vp8: "VP8",
  vp9: "VP9",
  mpeg2video: "MPEG-2",
  mpeg4: "MPEG-4 Part 2",
  mjpeg: "JPEG",
  png: "PNG",
  aac: "AAC",
  ac3: "AC-3",
  eac3: "E-AC-3",
  dts: "DTS",
  truehd: "TrueHD",
  flac: "FLAC",
  opus: "Opus",
  vorbis: "Vorbis",
  mp2: "MP2",
  mp3: "MP3",
  subrip: "SubRip",
  ass: "ASS",
  mov_text: "MP4 text",
  webvtt: "WebVTT",
  hdmv_pgs_subtitle: "PGS pictures",
  dvd_subtitle: "DVD pictures",
  dvb_subtitle: "DVB pictures",
};

/** A codec as it is written on boxes. */
export const codecName = (codec: string): string => CODEC_NAMES[codec] ?? visibleText(codec);
