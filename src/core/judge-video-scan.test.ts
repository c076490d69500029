/** What the second look saw, against what the header says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { combingOf, media, sps, TELECINED, video } from "../../test/support/media.ts";
import { DEVICES } from "./devices.ts";
import { judgeVideo } from "./judge-video.ts";
import type { VideoStream } from "./media-info.ts";

/** The sentence that says it is interlaced; null: it plays. */
const check = (name: string, picture: Partial<VideoStream>, wanted: RegExp | null): void => {
  test(name, () => {
    const reasons = judgeVideo(video(picture), DEVICES["chromecast-2"], media());
    if (wanted === null) return assert.deepEqual(reasons, []);
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ["video-interlaced"],
    );
    assert.match(reasons[0]?.detail ?? "", wanted);
  });
};
const combed = combingOf({ topFirst: 294, progressive: 6 });
const fieldCoded = { sps: sps({ frameMbsOnly: false }) };

check(
  "6b: marked progressive, seen to be combed",
  { combing: combed },
  /^The pictures are marked progressive, but 294 of 300 looked at are combed \(top field first\)\.$/,
);
check(
  "6b: unmarked, bottom field first",
  { scan: "unknown", combing: combingOf({ bottomFirst: 290, progressive: 4 }) },
  /not marked interlaced, but 290 of 294 looked at are combed \(bottom field first\)/,
);
check("marked interlaced, and seen", { scan: "interlaced", combing: combed }, /interlaced, and 294 of 300/);
check("telecined", { combing: TELECINED }, /297 of 300 .* \(telecine\)\.$/);
check("6b: noise", { combing: combingOf({ topFirst: 120, bottomFirst: 110, progressive: 70 }) }, null);
check("6c: unmarked, coded as fields, not looked at", { ...fieldCoded, scan: "unknown" }, /comb lines/);
check("6c: the same, seen to be whole", { ...fieldCoded, scan: "unknown", combing: combingOf() }, null);
check("6c: marked progressive, coded as fields", fieldCoded, null);
check(
  "marked interlaced, seen to be whole in places",
  { scan: "interlaced", combing: combingOf() },
  /comb lines/,
);
