/** A change of settings sets back just the films that it concerns, without reading a file. */
import { strict as assert } from "node:assert";
import { type TestContext, test } from "node:test";
import { parseFfprobe } from "../src/core/ffprobe-json.ts";
import { HELD_UNTIL } from "../src/core/lifecycle.ts";
import type { MediaInfo } from "../src/core/media-info.ts";
import { planConversion, type Wish } from "../src/core/plan.ts";
import { defaultEncodingProfile } from "../src/core/settings-profile.ts";
import { judge } from "../src/core/verdict.ts";
import { assess } from "../src/steps/assess.ts";
import { replan } from "../src/steps/replan.ts";
import { screens } from "./support/media.ts";
import { insert, NOW, newStore } from "./support/store.ts";

const wish: Wish = {
  devices: screens("chromecast-2"),
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
  assert.equal(replan(deps, library, { ...wish, devices: screens("nest-hub") }), 2);
  assert.deepEqual([large, small, madeLarge, madeSmall].map(stateOf), [
    "New",
    "Completed",
    "New",
    "Completed",
  ]);
});

test("each film says by its own kind which devices play it, also where its plan stays", (context) => {
  const { store, film, library } = start(context);
  const mono = film("mono.mp4", media(720, 1), "plays");
  const stereo = film("stereo.mp4", media(720, 2), "plays");
  const known = film("known.mp4", media(720, 2), "plays");
  const deps = { store, now: () => NOW };
  replan(deps, library, wish);
  const kindOf = (id: number) => store.assets.byId(id)?.media;
  const right = kindOf(known);
  assert.deepEqual(right?.playsOn, ["chromecast-2"]);
  store.assets.touch(stereo, { media: null });
  const both: Wish = { ...wish, devices: screens("chromecast-2", "chromecast-3") };
  assert.equal(replan(deps, library, both), 0, "both play it");
  for (const [id, channels] of [
    [mono, "mono"],
    [stereo, "stereo"],
    [known, "stereo"],
  ] as const) {
    assert.deepEqual(kindOf(id)?.playsOn, ["chromecast-2", "chromecast-3"]);
    assert.equal(kindOf(id)?.channels, channels);
  }
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

const cropping: Wish = { ...wish, profile: { ...wish.profile, crop_black_bars: true } };

test("a wish that asks more of the pictures sets back the films that wait to be encoded, once", (context) => {
  const { store, film, stateOf, library } = start(context);
  const plays = film("plays.mp4", media(720, 2), "plays");
  const queued = insert(store, "large.mp4", { fingerprint: "large" }).id;
  store.probes.put("large", media(1440, 2), {}, NOW);
  store.assets.apply(queued, "assessed-needs-work", { now: NOW, work: "video" });
  const deps = { store, now: () => NOW };
  replan(deps, library, wish);
  assert.equal(replan(deps, library, cropping), 1);
  assert.deepEqual([plays, queued].map(stateOf), ["Completed", "New"]);
  store.assets.apply(queued, "assessed-needs-work", { now: NOW, work: "video" });
  const other: Wish = { ...cropping, profile: { ...cropping.profile, cq: 30 } };
  assert.equal(replan(deps, library, other), 0, "what could not be answered is not asked for ever");
});

test("a content is probed once and looked at once; its answer is kept for every other wish", async (context) => {
  const { store } = start(context);
  const films = ["one.mp4", "two.mp4"].map((path) => insert(store, path, { fingerprint: "same" }));
  const asked: string[] = [];
  const deps = {
    store,
    now: () => NOW,
    statFile: async () => ({ kind: "file" as const, sizeBytes: 1000, modifiedUs: 1 }),
    probe: async () => {
      asked.push("probe");
      return { media: media(1440, 2), raw: {}, video: [], soundEndSeconds: null, boxLevel: null };
    },
    look: async (_path: string, known: MediaInfo) => {
      asked.push("look");
      const streams = known.streams.map((each) =>
        each.kind === "video"
          ? { ...each, insideBars: { width: each.width, height: 1080, left: 0, top: 180 } }
          : each,
      );
      return { ...known, streams };
    },
  };
  for (const asset of films)
    assert.equal(await assess(deps, { asset, path: "/", wish: cropping, isHardware: false }), null);
  assert.deepEqual(asked, ["probe", "look"]);
  const kept = store.probes.get("same")?.media;
  assert.ok(kept);
  const plan = planConversion(kept, judge(kept, cropping), cropping);
  assert.equal(plan.video?.kind === "encode" ? plan.video.crop?.height : null, 1080);
});

test("a film that a person brought back waits for that person after an update too", (context) => {
  const { store, library } = start(context);
  const film = (path: string, availableAt: number | null): number => {
    const { id } = insert(store, path, { fingerprint: path });
    store.assets.apply(id, "assessed-needs-work", { now: NOW, work: "audio", availableAt });
    return id;
  };
  const back = film("back.mkv", HELD_UNTIL);
  const retried = film("retried.mkv", NOW + 1000);
  assert.equal(replan({ store, now: () => NOW }, library, wish), 2);
  const availableAt = (id: number) => store.assets.byId(id)?.availableAt;
  assert.deepEqual([availableAt(back), availableAt(retried)], [HELD_UNTIL, null]);
});
