import assert from "node:assert/strict";
import { test } from "node:test";
import {
  audio,
  combingOf,
  media,
  packetFactsOf,
  planFor,
  profile,
  sps,
  video,
  wish,
} from "../../test/support/media.ts";
import type { VideoStream } from "./media-info.ts";
import { judge } from "./verdict.ts";

const film = (picture: Partial<VideoStream>) => media({ streams: [video(picture), audio()] });
const farKeys = { packets: packetFactsOf({ longestKeyframeGapSeconds: 12 }) };
const asFields = { sps: sps({ frameMbsOnly: false }) };

const check = (name: string, picture: Partial<VideoStream>, wanted: readonly string[]): void => {
  test(name, () => {
    const { notes } = judge(film(picture), wish());
    assert.deepEqual(
      notes.map(({ code }) => code),
      wanted,
    );
    for (const { detail } of notes) assert.match(detail, /^[A-Z].*\.$/);
  });
};
check("a plain film has none", {}, []);
check("keyframes 10 s apart", { packets: packetFactsOf({ longestKeyframeGapSeconds: 10 }) }, []);
check("keyframes 12 s apart", farKeys, ["video-keyframes-far"]);
check("progressive, coded as fields", asFields, ["video-coded-as-fields"]);
check("both", { ...farKeys, ...asFields }, ["video-keyframes-far", "video-coded-as-fields"]);
check(
  "coded as fields, unmarked, and seen to be whole",
  { ...asFields, scan: "unknown", combing: combingOf() },
  ["video-coded-as-fields"],
);
check("a picture that is encoded anyway", { ...farKeys, ...asFields, rotationDegrees: 90 }, []);
check("a picture that is interlaced", { ...asFields, scan: "interlaced" }, []);

test("a note makes no work, unless the profile is strict", () => {
  for (const picture of [farKeys, asFields]) {
    assert.equal(judge(film(picture), wish()).playable, true);
    assert.equal(planFor(film(picture)).work, "none");
    assert.equal(planFor(film(picture), { profile: profile({ strict: true }) }).work, "video");
  }
});
