/** What other programs of this kind lost of people's films, one test a complaint: `peers.md`, section 2, 1 to 8. */
import assert from "node:assert/strict";
import { existsSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it, type TestContext } from "node:test";
import { parseSettings } from "../src/core/settings.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { type ClipKind, putClip } from "./support/clips.ts";
import { ARCHIVED, crashed, PARTIAL, type Place } from "./support/crashed.ts";
import { counts, newLibrary } from "./support/library.ts";
import { filesBelow, newHouse, sha256, standIn, until } from "./support/orchestrator.ts";
import { COPY, FAST, makeFilms, refuses, withoutFfmpeg } from "./support/results.ts";

const DELETES = { library: { original: "delete" }, operational: { remove_original_after_success: true } };

/** A house that deletes originals, with one film, worked on once by this stand-in for ffmpeg. */
const failedWith = async (context: TestContext, program: string, clip: ClipKind = "picture") => {
  const house = newHouse(context, DELETES);
  const film = await putClip(clip, join(house.root, "Film.mkv"));
  const original = sha256(film);
  await house.start(standIn(program));
  const { problem } = await house.failsOnce("Film.mkv");
  assert.deepEqual(filesBelow(house.root), ["Film.mkv"]);
  assert.equal(sha256(film), original);
  return problem;
};

describe("1: the source is deleted, and its replacement never arrives (Tdarr 411)", () => {
  for (const step of ["planned", "published"] as const)
    for (const original of ["delete", "archive"] as const)
      it(`the new file is lost after it was ${step}, under ${original}: the original stays`, async (context) => {
        const lose = ({ root }: Place): void => unlinkSync(join(root, PARTIAL));
        const place = await crashed(context, { step, original }, lose);
        await place.settle();
        assert.equal(place.text("Film.mkv"), "the original film");
        assert.equal(existsSync(join(place.root, ARCHIVED)), false);
      });

  it("the original goes only when the new film is there, whole and judged to play", async (context) => {
    const house = newHouse(context, DELETES);
    const film = await putClip("remux", join(house.root, "Film.mkv"));
    await house.start();
    const asset = await until("the original is gone", () => {
      const found = house.at("Film.mkv");
      // Never is there a moment with neither of the two.
      assert.ok(existsSync(film) || existsSync(join(house.root, "Film.mp4")));
      return found?.state === "Archived" && found;
    });
    const { media } = await createFfprobe().probe(asset.outputPath ?? "");
    assert.ok(Math.abs((media.durationSeconds ?? 0) - 3) < 0.1);
  });
});

describe("2: three minutes are accepted for forty-three (Tdarr 408)", () => {
  it("a film that ends early is thrown away, whatever the exit code", async (context) => {
    assert.equal(await failedWith(context, "exits-0-with-short-file"), "verification-failed");
    assert.equal(await failedWith(context, "exits-0-with-short-file", "remux"), "verification-failed");
  });
});

describe("3: a file that fails its health check replaces the source all the same (Tdarr 511)", () => {
  it("exit code 0 is no evidence: garbage and nothing are thrown away", async (context) => {
    assert.equal(await failedWith(context, "writes-garbage"), "verification-failed");
    assert.equal(await failedWith(context, "exits-0-with-nothing"), "verification-failed");
  });
});

describe("4: good media is swapped for stubs of 55 bytes, and the history says success (Unmanic 639)", () => {
  it("what passed its checks and is another file a moment later is not published", async (context) => {
    const house = newHouse(context, DELETES);
    const film = await putClip("picture", join(house.root, "Film.avi"));
    const original = sha256(film);
    const control = await house.start(standIn("takes-its-time"));
    control.subscribe((change) => {
      if (change.kind !== "progress" || change.progress.phase !== "publishing") return;
      for (const each of filesBelow(house.root))
        if (each.includes(".partial.")) truncateSync(join(house.root, each), 55);
    });
    assert.equal((await house.failsOnce("Film.avi")).problem, "publish-failed");
    assert.deepEqual(filesBelow(house.root), ["Film.avi"]);
    assert.equal(sha256(film), original);
  });
});

describe("5: the original is overwritten though removing was off (Unmanic plugins 146)", () => {
  it("neither the original nor anybody's file of the names we would take is written to", async (context) => {
    const house = newHouse(context);
    const clip = await putClip("remux", join(house.root, "clip.mkv"));
    const film = join(house.root, "Film.mp4");
    renameSync(clip, film);
    const strangers = ["Film.chromecast.mp4", "Film.chromecast-2.mp4"].map((each) => join(house.root, each));
    for (const each of strangers) writeFileSync(each, "of somebody else");
    const kept = [film, ...strangers].map(sha256);
    await house.start();
    const asset = await house.becomes("Film.mp4", "Completed", "Failed");
    assert.equal(asset.outputPath, join(house.root, "Film.chromecast-3.mp4"), asset.problemDetail ?? "");
    assert.deepEqual([film, ...strangers].map(sha256), kept);
  });
});

describe("6: files vanish after conversion, as deleting is the default (sickbeard_mp4_automator 1691, 1035, 849)", () => {
  const parse = (original: string | undefined, isSecond: boolean) =>
    parseSettings({
      libraries: { films: { root: "/films", ...(original ? { original } : {}) } },
      operational: { remove_original_after_success: isSecond },
    });

  it("originals are kept unless two settings say otherwise", () => {
    for (const isSecond of [false, true]) {
      const parsed = parse(undefined, isSecond);
      assert.equal(parsed.kind === "ok" && parsed.settings.libraries.films?.original, "keep");
    }
    assert.equal(parse("delete", false).kind, "invalid");
    assert.equal(parse("delete", true).kind, "ok");
  });

  it("by default both are there", async (context) => {
    const house = newHouse(context);
    await putClip("remux", join(house.root, "Film.mkv"));
    await house.start();
    await house.becomes("Film.mkv", "Completed");
    assert.deepEqual(filesBelow(house.root), ["Film.mkv", "Film.mp4"]);
  });
});

describe("7: sound is lost though it was to be kept (Tdarr plugins 955, Tdarr 1228)", {
  skip: withoutFfmpeg,
}, () => {
  before(makeFilms);
  refuses("a result without the sound", "copy.mkv", ["-map", "0:0", "-c", "copy", ...FAST], ["tracks"]);
  refuses(
    "a result with the other sound",
    "copy.mkv",
    ["-map", "0:0", "-map", "0:2", "-c", "copy", ...FAST],
    ["untouched"],
  );
  refuses(
    "a result whose sound ends early",
    "encode.mkv",
    [...COPY, ...FAST, "-af", "atrim=end=3", "-c:a", "aac"],
    ["sound-end"],
  );
});

describe("8: a share that is not mounted empties the list (Tdarr 1037, 971)", () => {
  it("films of a folder that is missing or suddenly empty stay in the list as they were", async (context) => {
    const library = newLibrary(context);
    for (let each = 0; each < 300; each++) library.write(`Show/${each}.mkv`, `film ${each}`);
    await library.scan();
    const known = library.paths();
    renameSync(join(library.root, "Show"), join(library.root, "..", "Show"));
    assert.deepEqual(await counts(library.scan()), { problem: "root-empty" });
    rmSync(library.root, { recursive: true });
    assert.deepEqual(await counts(library.scan()), { problem: "root-missing" });
    assert.deepEqual(library.paths(), known);
    assert.equal(known.length, 300);
  });
});
