/** A crash while a new result takes the place of our own earlier one. */
import assert from "node:assert/strict";
import { rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Case, crashed, KEPT, PARTIAL, publish, recovers, SIDECAR } from "./support/crashed.ts";

const CASES: readonly Case[] = [
  {
    name: "planned, our earlier film has the name",
    earlier: { "Film.mp4": "the earlier film" },
    crash: () => {},
    state: "Completed",
    files: KEPT,
  },
  {
    name: "planned, our earlier film of the same bytes has the name",
    earlier: { "Film.mp4": "the converted film" },
    crash: () => {},
    state: "Completed",
    files: KEPT,
  },
  {
    name: "planned, our earlier film has the name and the source became another",
    earlier: { "Film.mp4": "the converted film" },
    crash: ({ write }) => write("Film.mkv", "another film!"),
    state: "Queued",
    files: ["Film.mkv", "Film.mp4"],
  },
  {
    name: "published, earlier files of ours not yet removed",
    step: "published",
    earlier: { "Film.fr.vtt": "WEBVTT", "ready/Film.mp4": "the earlier film" },
    crash: publish,
    state: "Completed",
    files: KEPT,
  },
  {
    name: "published, a person changed one of our earlier files",
    step: "published",
    earlier: { "Film.fr.vtt": "WEBVTT", "Film.it.vtt": "WEBVTT" },
    crash: (place) => {
      publish(place);
      place.write("Film.it.vtt", "WEBVTT\n\nbetter lines");
    },
    state: "Completed",
    files: ["Film.en.vtt", "Film.it.vtt", "Film.mkv", "Film.mp4"],
  },
];

for (const each of CASES) recovers(each);

test("planned, our earlier subtitles have their names: the new ones take their place and stay ours", async (context) => {
  const earlier = { "Film.mp4": "the earlier film", "Film.en.vtt": "WEBVTT\n\nearlier" };
  const place = await crashed(context, { original: "delete", earlier }, () => {});
  const { asset, files } = await place.settle();
  assert.deepEqual(files, ["Film.en.vtt", "Film.mp4"]);
  assert.equal(place.text("Film.en.vtt"), "WEBVTT\n\nlines");
  assert.deepEqual([asset.state, asset.problemCode], ["Archived", null]);
  assert.deepEqual(asset.sidecarPaths, [`${place.root}/Film.en.vtt`]);
});

for (const isOurs of [true, false])
  test(`published, a person took the film away: ${isOurs ? "our subtitles go too" : "subtitles of theirs stay, whatever their time"}`, async (context) => {
    const place = await crashed(context, { step: "published" }, (at) => {
      at.move(SIDECAR, "Film.en.vtt");
      if (!isOurs) at.write("Film.en.vtt", "WEBVTT\n\nmine!");
      const { mtimeMs } = statSync(join(at.root, "Film.mkv"));
      utimesSync(join(at.root, "Film.en.vtt"), mtimeMs / 1000, mtimeMs / 1000);
      rmSync(join(at.root, PARTIAL));
    });
    const { asset, files } = await place.settle();
    assert.equal(asset.state, "Queued");
    assert.deepEqual(files, isOurs ? ["Film.mkv"] : ["Film.en.vtt", "Film.mkv"]);
  });
