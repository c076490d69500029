/**
 * Why a file does not play, as rows: the least work that mends it and a phrase for a person. The codes are a contract
 * (API, filters, docs); the numbers of a single case are in the reason's `detail`.
 *
 * `fix`, cheapest first: `remux` rewrites the container; `repair` also corrects the H.264 headers; `audio` encodes the
 * sound; `video` encodes the picture; `refuse` cannot be mended.
 */
export const FIXES = ["remux", "repair", "audio", "video", "refuse"] as const;
export type Fix = (typeof FIXES)[number];

const row = <F extends Fix>(fix: F, phrase: string) => ({ fix, phrase });

export const REASONS = {
  // hopeless
  "no-video": row("refuse", "no picture"),
  encrypted: row("refuse", "copy protection"),
  "source-damaged": row("refuse", "damaged or incomplete"),
  "codec-unknown": row("refuse", "a codec ffmpeg does not know"),
  "dolby-vision-5": row("refuse", "Dolby Vision without a base picture"),
  // the picture
  "video-codec": row("video", "video codec"),
  "video-profile": row("video", "video profile"),
  "video-bit-depth": row("video", "10-bit or 4:2:2 colour"),
  "video-hdr": row("video", "HDR"),
  "video-resolution": row("video", "resolution or frame rate"),
  "video-level": row("video", "needs too high an H.264 level"),
  "video-interlaced": row("video", "interlaced"),
  "video-anamorphic": row("video", "anamorphic"),
  "video-rotated": row("video", "rotated"),
  "video-full-range": row("video", "full-range colour"),
  "video-bitrate-peak": row("video", "bitrate peaks"),
  "video-cut-by-edit-list": row("video", "cut by an edit list"),
  "video-timestamps": row("video", "missing timestamps"),
  "video-over-profile": row("video", "exceeds your profile"),
  "forced-subtitles": row("video", "subtitles to burn in"),
  // Notes, unless the profile is strict.
  "video-keyframes-far": row("video", "keyframes far apart"),
  "video-coded-as-fields": row("video", "coded as fields"),
  "copy-failed": row("video", "a copy did not pass its checks"),
  // the picture's headers
  "level-flag-high": row("repair", "level flag too high"),
  "level-flag-low": row("repair", "level flag too low"),
  "aspect-flag": row("repair", "aspect flag off"),
  "padding-lines": row("repair", "shows padding lines"),
  // the sound
  "audio-codec": row("audio", "audio codec"),
  "audio-channels": row("audio", "surround sound"),
  "audio-profile": row("audio", "AAC profile"),
  "audio-sample-rate": row("audio", "audio sample rate"),
  "audio-late": row("audio", "audio starts late"),
  // the container
  container: row("remux", "container"),
  "moov-at-end": row("remux", "index at the end"),
  fragmented: row("remux", "fragmented MP4"),
  "video-tag": row("remux", "video tag"),
  "audio-tag": row("remux", "audio tag"),
  "wrong-default-audio": row("remux", "wrong audio track first"),
  "second-picture": row("remux", "second picture track"),
  "cover-picture": row("remux", "cover picture"),
  "subtitles-inside": row("remux", "subtitles inside"),
  chapters: row("remux", "chapters"),
  "data-tracks": row("remux", "data tracks"),
  "start-time": row("remux", "does not start at zero"),
} as const satisfies Record<string, { fix: Fix; phrase: string }>;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS) as readonly ReasonCode[];

export type Reason = {
  readonly code: ReasonCode;
  /** The stream it is about; null for the container. */
  readonly stream: number | null;
  /** One plain sentence with the numbers of this file. */
  readonly detail: string;
};

/** The dearest fix among the reasons; null when there are none. */
export const dearestFix = (reasons: readonly Reason[]): Fix | null =>
  reasons.reduce<Fix | null>((dearest, { code }) => {
    const { fix } = REASONS[code];
    return dearest === null || FIXES.indexOf(fix) > FIXES.indexOf(dearest) ? fix : dearest;
  }, null);
