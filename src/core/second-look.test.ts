import assert from "node:assert/strict";
import { test } from "node:test";
import {
  audio,
  combingOf,
  inContainer,
  media,
  planFor,
  profile,
  sps,
  spsOf,
  video,
} from "../../test/support/media.ts";
import type { MediaInfo, VideoStream } from "./media-info.ts";
import { lookArgs, lookWindows, openQuestions, type Question } from "./second-look.ts";
import type { EncodingProfile } from "./settings-profile.ts";

type Film = Partial<VideoStream> & {
  readonly container?: MediaInfo["container"];
  readonly madeFrom?: string;
};

const filmOf = ({ container = "mp4", madeFrom, ...picture }: Film): MediaInfo => {
  const streams = [video(picture), audio()];
  const film = container === "mp4" ? media({ streams }) : inContainer(container, { streams });
  return madeFrom === undefined ? film : { ...film, madeFrom };
};

/** What is asked of a film: 720p25 H.264 in MP4 but for what is told. */
const check = (
  name: string,
  what: Film,
  wanted: readonly Question[],
  wish: Partial<EncodingProfile> = {},
): void => {
  test(name, () => {
    const film = filmOf(what);
    const own = profile(wish);
    assert.deepEqual(openQuestions(film, planFor(film, { profile: own }), own), wanted);
  });
};
const at = (num: number, den = 1): Partial<VideoStream> => ({
  averageFrameRate: { num, den },
  nominalFrameRate: { num, den },
});
const sized = (width: number, height: number): Partial<VideoStream> => ({
  width,
  height,
  level: 40,
  sps: spsOf(width, height),
});
const fieldCoded = { sps: sps({ frameMbsOnly: false }) };
const encoded = { codec: "mpeg4", sps: null, packets: null } as const;
const PAL_SD = sized(720, 576);
const NTSC_SD = sized(720, 480);

// A picture that plays or is copied.
check("720p from the web", {}, []);
check("a film of 23.976 in 1080 lines", { ...sized(1920, 1080), ...at(24000, 1001) }, []);
check("1080p25 in MKV", { ...sized(1920, 1080), container: "matroska" }, []);
check("480p of the web, 854 wide", { ...sized(854, 480), ...at(30000, 1001) }, []);
check("DVD size at film rate", { ...NTSC_SD, ...at(24000, 1001) }, []);
check("DVD size at 30", { ...NTSC_SD, ...at(30) }, []);
check("marked progressive, coded as fields", fieldCoded, ["combing"]);
check("unmarked, coded as fields", { ...fieldCoded, scan: "unknown" }, ["combing"]);
check("PAL size at 25", PAL_SD, ["combing"]);
check("NTSC size at 29.97", { ...NTSC_SD, ...at(30000, 1001) }, ["combing"]);
check("a recording in 1080 lines at 25", { ...sized(1920, 1080), container: "mpegts" }, ["combing"]);
check("HDV", { ...sized(1440, 1080), ...at(30000, 1001) }, ["combing"]);
check("marked interlaced at 25", { ...PAL_SD, scan: "interlaced" }, []);
check("a picture looked at before", { ...PAL_SD, combing: combingOf() }, []);
check("what this program made", { ...PAL_SD, madeFrom: "abc" }, []);
check("nothing helps", { ...PAL_SD, tag: "encv" }, []);
check("bars of a picture that is not encoded", {}, [], { crop_black_bars: true });

// A picture that is encoded.
check("HEVC", { codec: "hevc", scan: "unknown", sps: null }, []);
check("10-bit H.264 from the web", { pixelFormat: "yuv420p10le" }, []);
check("H.264 for another reason, coded as fields", { ...fieldCoded, rotationDegrees: 90 }, ["combing"]);
check("MPEG-4, which says nothing", { ...encoded, scan: "unknown" }, ["combing"]);
check("MPEG-4 that says progressive", { ...encoded, scan: "progressive" }, []);
check("MPEG-2, interlaced at 25", { ...encoded, codec: "mpeg2video", scan: "interlaced" }, []);
const ntsc = { ...encoded, codec: "mpeg2video", ...at(30000, 1001) };
check("MPEG-2, interlaced at 29.97: telecine?", { ...ntsc, scan: "interlaced" }, ["combing"]);
check("MPEG-2 that MKV says has 29.25", { ...ntsc, ...at(117, 4) }, ["combing"]);
check("MPEG-2, progressive at 29.97: soft telecine?", { ...ntsc, scan: "progressive" }, ["combing"]);
check("bars, when asked", { ...encoded, scan: "progressive" }, ["bars"], { crop_black_bars: true });
check("both", { ...encoded, scan: "unknown" }, ["combing", "bars"], { crop_black_bars: true });
check("bars of a turned picture", { rotationDegrees: 90 }, [], { crop_black_bars: true });
const whole = { width: 1280, height: 720, left: 0, top: 0 };
check("bars looked for before", { ...encoded, scan: "progressive", insideBars: whole }, [], {
  crop_black_bars: true,
});

test("windows lie in the film: one of a short film, three of a long one", () => {
  assert.deepEqual(lookWindows(media({ durationSeconds: null })), [{ startSeconds: 0, pictures: 300 }]);
  assert.deepEqual(lookWindows(media({ durationSeconds: 29 })), [{ startSeconds: 0, pictures: 300 }]);
  assert.deepEqual(lookWindows(media({ durationSeconds: 100 })), [
    { startSeconds: 10, pictures: 100 },
    { startSeconds: 50, pictures: 100 },
    { startSeconds: 90, pictures: 100 },
  ]);
});

test("the arguments: seek before the input, white lists, the picture only, nothing written", () => {
  const args = lookArgs("/in/a.ts", 2, { startSeconds: 50, pictures: 100 }, ["combing", "bars"]).join(" ");
  assert.match(
    args,
    /-ss 50 -protocol_whitelist file -format_whitelist \S+ -max_pixels \d+ -i file:\/in\/a\.ts /,
  );
  assert.match(args, / -map 0:2 -an -sn -dn -vf idet,cropdetect=limit=24:round=2:reset=0 -frames:v 100 /);
  assert.match(args, / -f null -$/);
});
