import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, media, packetFactsOf, screens, spsOf, video } from "../../test/support/media.ts";
import type { DeviceName } from "./devices.ts";
import type { MediaInfo } from "./media-info.ts";
import { judge } from "./verdict.ts";

const p1080at60 = media({
  streams: [
    video({
      width: 1920,
      height: 1080,
      level: 42,
      averageFrameRate: { num: 60, den: 1 },
      nominalFrameRate: { num: 60, den: 1 },
      sps: spsOf(1920, 1080),
      packets: packetFactsOf({ peakFrameRate: 60 }),
    }),
    audio({ channels: 6 }),
  ],
});

/** Which devices refuse, and the codes over all of them. */
const check = (
  name: string,
  film: MediaInfo,
  devices: readonly DeviceName[],
  refusing: readonly DeviceName[],
  codes: readonly string[],
): void => {
  test(name, () => {
    const verdict = judge(film, { devices: screens(...devices), languages: [] });
    assert.deepEqual(Object.keys(verdict.devices), devices);
    assert.deepEqual(
      devices.filter((each) => verdict.devices[each]?.playable === false),
      refusing,
    );
    assert.deepEqual(
      verdict.reasons.map(({ code }) => code),
      codes,
    );
    assert.equal(verdict.playable, refusing.length === 0);
  });
};

check("plays everywhere", media(), ["chromecast-2", "nest-hub-max"], [], []);
check(
  "a reason that two devices share is said once",
  p1080at60,
  ["chromecast-2", "chromecast-3", "nest-hub"],
  ["chromecast-2", "chromecast-3", "nest-hub"],
  ["video-resolution", "video-level", "audio-channels"],
);
check(
  "each device has its own verdict",
  media({ streams: [p1080at60.streams[0] ?? video()] }),
  ["chromecast-3", "chromecast-1"],
  ["chromecast-1"],
  ["video-resolution", "video-level"],
);
check(
  "hopeless for all",
  media({ streams: [] }),
  ["chromecast-1", "google-tv-4k"],
  ["chromecast-1", "google-tv-4k"],
  ["no-video"],
);

test("the picture and sound it is about", () => {
  const verdict = judge(
    media({ streams: [audio({ index: 0, isComment: true }), video({ index: 1 }), audio({ index: 2 })] }),
    {
      devices: screens("chromecast-2"),
      languages: [],
    },
  );
  assert.deepEqual([verdict.video?.index, verdict.audio?.index], [1, 2]);
});
