/**
 * The dearest thing in a conversion plan. `none` plays as it is; `copy` remuxing, bitstream repair, subtitles;
 * `audio` audio is encoded and video copied; `video` video is encoded; `impossible` there is a reason.
 */
export const WORKS = ["none", "copy", "audio", "video", "impossible"] as const;
export type Work = (typeof WORKS)[number];

/** What is done by the queue. */
export const QUEUED_WORKS = ["copy", "audio", "video"] as const satisfies readonly Work[];
export type QueuedWork = (typeof QUEUED_WORKS)[number];
