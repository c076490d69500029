/** The traps in the programs that this one inherits from, one test a trap: the end of `peers.md`, section 4. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { buildServer } from "../src/apps/http/server.ts";
import { ENCODER_NAMES, ENCODERS } from "../src/core/encoders.ts";
import { toArgs } from "../src/core/ffmpeg-args.ts";
import { chainFor } from "../src/core/hardware-chains.ts";
import { planConversion } from "../src/core/plan.ts";
import { Problem } from "../src/core/problem.ts";
import { judge } from "../src/core/verdict.ts";
import { createFfprobe } from "../src/edges/ffprobe.ts";
import { fileStat } from "../src/edges/library-write.ts";
import { findEarlierResult } from "../src/steps/adopt.ts";
import { anyMedia } from "./support/arbitrary-media.ts";
import { anyWish } from "./support/arbitrary-wish.ts";
import { putClip, putTruncatedClip } from "./support/clips.ts";
import { inContainer, media, planFor, profile, video, wish } from "./support/media.ts";
import { filesBelow, newHouse, sha256, until } from "./support/orchestrator.ts";
import { insert, newStore } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const DELETES = { library: { original: "delete" }, operational: { remove_original_after_success: true } };
const { probe } = createFfprobe();

describe("when probing fails any output that is not empty counts, and the original may go", () => {
  it("what is there already is taken for a result only when it can be read and is one", async (context) => {
    const folder = tempFolder(context);
    const { assets } = newStore(context).store;
    const film = await putClip("remux", join(folder, "Film.mkv"));
    const asset = { ...insert(newStore(context).store, "Film.mkv"), fingerprint: "ab" };
    const source = (await probe(film)).media;
    const find = (ask: typeof probe) =>
      findEarlierResult(
        { fileStat, probe: ask, assets },
        { asset, source, sourcePath: film, folder, wish: wish() },
      );
    writeFileSync(join(folder, "Film.mp4"), "not empty");
    assert.equal(await find(probe), null);
    copyFileSync(await putClip("plays", join(folder, "x.mp4")), join(folder, "Film.mp4"));
    assert.equal(await find(probe), null, "it plays, and was not made of this film");
    assert.equal(await find(async () => Promise.reject(new Problem("probe-timeout"))), null);
    assert.equal(await find(async () => Promise.reject(new Problem("io-error"))), null);
  });

  it("a film that cannot be probed keeps its file and all that lies beside it", async (context) => {
    const house = newHouse(context, DELETES);
    const film = join(house.root, "Film.mkv");
    writeFileSync(film, "no film at all");
    writeFileSync(join(house.root, "Film.mp4"), "not empty either");
    await house.start();
    assert.equal((await house.becomes("Film.mkv", "Failed")).problemCode, "not-media");
    assert.deepEqual(filesBelow(house.root), ["Film.mkv", "Film.mp4"]);
  });
});

describe("a half-written output is newer than its source, so it counts as done for ever", () => {
  it("it is nobody's result: the film is made, under the next name", async (context) => {
    const house = newHouse(context);
    const film = await putClip("remux", join(house.root, "Film.mkv"));
    const half = await putTruncatedClip(join(house.root, "half.mkv"));
    copyFileSync(half, join(house.root, "Film.mp4"));
    rmSync(half);
    utimesSync(film, 1e9, 1e9);
    await house.start();
    const asset = await house.becomes("Film.mkv", "Completed", "Failed");
    assert.deepEqual([asset.state, asset.outcome], ["Completed", "converted"], asset.problemDetail ?? "");
    assert.equal(asset.outputPath, join(house.root, "Film.chromecast.mp4"));
    assert.equal(statSync(join(house.root, "Film.mp4")).size, 60_000, "whosever it is, it stays");
  });
});

describe("every output is one name in one flat folder: two S01E01.mkv overwrite each other", () => {
  it("the folder of results mirrors the library, and each original goes for its own result", async (context) => {
    const out = tempFolder(context);
    const house = newHouse(context, { ...DELETES, library: { original: "delete", output: out } });
    await putClip("remux", join(house.root, "One", "S01E01.mkv"));
    await putClip("sound", join(house.root, "Two", "S01E01.mkv"));
    await house.start();
    for (const show of ["One", "Two"]) {
      const asset = await house.becomes(`${show}/S01E01.mkv`, "Archived", "Failed");
      assert.equal(asset.outputPath, join(out, show, "S01E01.mp4"), asset.problemDetail ?? "");
      assert.equal((await probe(asset.outputPath)).media.madeFrom, asset.fingerprint);
    }
    assert.deepEqual(filesBelow(out), ["One/S01E01.mp4", "Two/S01E01.mp4"]);
  });
});

describe("an .avi becomes H.264 in AVI, and whatever ffprobe opens is accepted", () => {
  it("a result is an MP4 by its name and by its content", async (context) => {
    const house = newHouse(context);
    await putClip("picture", join(house.root, "Film.avi"));
    await house.start();
    const asset = await house.becomes("Film.avi", "Completed", "Failed");
    assert.equal(asset.outputPath, join(house.root, "Film.mp4"), asset.problemDetail ?? "");
    const made = (await probe(asset.outputPath)).media;
    assert.deepEqual(
      [made.container, made.streams.map((each) => each.codec), judge(made, wish()).reasons],
      ["mp4", ["h264", "aac"], []],
    );
  });

  it("no plan writes anything but MP4", () => {
    fc.assert(
      fc.property(anyMedia, anyWish, (film, asked) => {
        const plan = planConversion(film, judge(film, asked), asked);
        const context = { encoder: ENCODERS.software, profile: asked.profile, sourceFingerprint: null };
        const args = toArgs(plan, { ...context, paths: { input: "/a.avi", output: "/b" } });
        if (plan.video) assert.deepEqual(args.slice(-3), ["-f", "mp4", "file:/b"]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("nothing starts by itself, and a missing file is a deleted row", () => {
  it("a film that is put there is found, judged, made and told of, without a call", async (context) => {
    const house = newHouse(context, { operational: { rescan_minutes: 1 } });
    await putClip("remux", join(house.root, "Film.mkv"));
    await house.start();
    const { id } = await house.becomes("Film.mkv", "Completed");
    const kinds = (): readonly string[] =>
      house
        .now()
        .store.events.forAsset(id, 100)
        .map((each) => each.kind)
        .toReversed();
    assert.deepEqual(kinds(), ["found", "assessed-needs-work", "claimed", "published-kept"]);
    rmSync(join(house.root, "Film.mkv"));
    rmSync(join(house.root, "Film.mp4"));
    await putClip("plays", join(house.root, "Other.mp4"));
    await house.scan();
    await until("it is told to be gone", () => kinds().at(-1) === "gone");
  });
});

describe("rows are built with innerHTML from paths, and a card's presets are named the wrong way round", () => {
  it("a file's name runs no script on a page", async (context) => {
    const house = newHouse(context);
    const name = `<img src=x onerror=alert(1)>"'&.mkv`;
    writeFileSync(join(house.root, name), "no film");
    const control = await house.start();
    const { id } = await house.becomes(name, "Failed");
    const server = buildServer(control);
    context.after(() => server.close());
    for (const url of ["/library", `/library/${id}`]) {
      const { body } = await server.inject(url);
      assert.ok(body.includes("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;.mkv"), url);
      assert.ok(!body.includes("<img"), url);
    }
    assert.equal((await server.inject(`/api/assets/${id}`)).json().asset.path, name);
  });

  it("p1 is the fastest and p7 the slowest, wherever it is said", () => {
    const root = join(import.meta.dirname, "..");
    for (const each of ["docs/user/02_configuration.md", "config/settings.yaml.template"])
      assert.match(readFileSync(join(root, each), "utf8"), /`?p1`? fastest (?:to|\.\.) `?p7`? slowest/, each);
    const args = ENCODERS.nvenc.options({ ...profile(), preset: "p7", level: "4.1" });
    assert.equal(args[args.indexOf("-preset:v") + 1], "p7", "and is handed on as it is");
  });
});

const PGS = join(import.meta.dirname, "..", "..", "shared", "media", "h264-two-languages-pgs-forced.mkv");

describe("every 10-bit source fails on the card, and a PGS track fails the job", () => {
  it("what a card scales comes out in 8 bits, whatever went in", () => {
    const has = {
      version: "",
      hwaccels: new Set(["cuda", "vaapi", "qsv"]),
      filters: new Set([
        "scale_cuda",
        "yadif_cuda",
        "tonemap_cuda",
        "scale_vaapi",
        "vpp_qsv",
        "deinterlace_vaapi",
      ]),
    };
    for (const [name, format] of [
      ["nvenc", "yuv420p"],
      ["vaapi", "nv12"],
      ["qsv", "nv12"],
    ] as const)
      for (const colorTransfer of ["bt709", "smpte2084"]) {
        const ten = { codec: "hevc", bitDepth: 10, pixelFormat: "yuv420p10le", sps: null, colorTransfer };
        const film = inContainer("matroska", { streams: [video(ten)] });
        const chain = chainFor(planFor(film), film, ENCODERS[name], has);
        // Without a chain the processor filters, and says the format itself.
        if (chain)
          assert.match(chain.filters.join(","), new RegExp(`format=${format}`), `${name} ${colorTransfer}`);
        else assert.notEqual(colorTransfer, "bt709", name);
      }
  });

  it("no subtitle is ever put into the film: whatever kind it is, it cannot fail it", () => {
    fc.assert(
      fc.property(anyMedia, anyWish, fc.constantFrom(...ENCODER_NAMES), (film, asked, name) => {
        const plan = planConversion(film, judge(film, asked), asked);
        const context = { encoder: ENCODERS[name], profile: asked.profile, sourceFingerprint: null };
        const args = toArgs(plan, { ...context, paths: { input: "/a", output: "/b" } });
        assert.ok(plan.video === null || args.includes("-sn"));
        assert.ok(!args.join(" ").includes("mov_text"));
      }),
      { numRuns: 500 },
    );
    assert.equal(planFor(media()).work, "none");
  });

  it("a film with PGS is converted", {
    skip: existsSync(PGS) ? false : "../shared/media is not there",
  }, async (context) => {
    const house = newHouse(context);
    copyFileSync(PGS, join(house.root, "Film.mkv"));
    const before = sha256(PGS);
    await house.start();
    const asset = await house.becomes("Film.mkv", "Completed", "Failed");
    assert.equal(asset.state, "Completed", asset.problemDetail ?? "");
    assert.equal(sha256(join(house.root, "Film.mkv")), before);
  });
});
