/** A change of settings sets back just the films that it concerns, without reading a file. */
import { strict as assert } from "node:assert";
import { type TestContext, test } from "node:test";
import { parseFfprobe } from "../src/core/ffprobe-json.ts";
import type { MediaInfo } from "../src/core/media-info.ts";
import type { Wish } from "../src/core/plan.ts";
import { defaultEncodingProfile } from "../src/core/settings.ts";
import { replan } from "../src/steps/replan.ts";
import { insert, NOW, newStore } from "./support/store.ts";

const wish: Wish = {
  devices: ["chromecast-2"],
  languages: [],
  profile: defaultEncodingProfile,
  sidecarFormats: ["vtt"],
  keepsOriginal: true,
  burnIn: "none",
};

const media = (height: number, channels: number): MediaInfo => {
  const parsed = parseFfprobe({
    format: { format_name: "mov,mp4", duration: "60", start_time: "0" },
    streams: [
      {
        index: 0,
        codec_type: "video",
        codec_name: "h264",
        codec_tag_string: "avc1",
        profile: "High",
        level: 41,
        pix_fmt: "yuv420p",
        width: Math.round((height * 16) / 9),
        height,
        field_order: "progressive",
        avg_frame_rate: "25/1",
        r_frame_rate: "25/1",
      },
      {
        index: 1,
        codec_type: "audio",
        codec_name: "aac",
        codec_tag_string: "mp4a",
        profile: "LC",
        channels,
        sample_rate: "48000",
      },
    ],
  });
  assert.equal(parsed.kind, "media");
  return parsed.kind === "media" ? parsed.media : assert.fail();
};

const start = (context: TestContext) => {
  const { store } = newStore(context);
  const film = (path: string, what: MediaInfo, outcome: "plays" | "converted"): number => {
    const asset = insert(store, path, { fingerprint: path });
    store.probes.put(path, what, {}, NOW);
    if (outcome === "plays") store.assets.apply(asset.id, "assessed-plays", { now: NOW, work: "none" });
    else {
      store.assets.apply(asset.id, "assessed-needs-work", { now: NOW, work: "audio" });
      store.assets.claim({ works: ["audio"], token: "t", now: NOW });
      store.assets.apply(asset.id, "published-kept", { now: NOW, token: "t", outputPath: `/out/${path}` });
    }
    return asset.id;
  };
  const stateOf = (id: number) => store.assets.byId(id)?.state;
  return { store, film, stateOf, library: "movies" };
};

test("a stricter household sets back what its new screen does not play, and nothing else", (context) => {
  const { store, film, stateOf, library } = start(context);
  const large = film("large.mp4", media(1080, 2), "plays");
  const small = film("small.mp4", media(720, 2), "plays");
  const madeLarge = film("made-large.mp4", media(1080, 6), "converted");
  const madeSmall = film("made-small.mp4", media(720, 6), "converted");
  const deps = { store, now: () => NOW };
  assert.equal(replan(deps, library, wish), 0, "the first wish is only written down");
  assert.equal(replan(deps, library, wish), 0, "the same wish changes nothing");
  assert.equal(replan(deps, library, { ...wish, devices: ["nest-hub"] }), 2);
  assert.deepEqual([large, small, madeLarge, madeSmall].map(stateOf), [
    "New",
    "Completed",
    "New",
    "Completed",
  ]);
});

test("another quality of encodes makes no film again", (context) => {
  const { store, film, library } = start(context);
  film("made.mp4", media(1080, 6), "converted");
  const deps = { store, now: () => NOW };
  replan(deps, library, wish);
  assert.equal(
    replan(deps, library, { ...wish, profile: { ...wish.profile, cq: 30, max_bitrate: 4_000_000 } }),
    0,
  );
});
