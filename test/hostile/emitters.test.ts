/** Every argument list that this program can make opens one absolute path with white lists, and nothing else. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { speedArgs, speedClipArgs } from "../../src/core/encoder-speed.ts";
import { testChain, testChainArgs, testEncodeArgs } from "../../src/core/encoder-trials.ts";
import { ENCODER_NAMES, ENCODERS } from "../../src/core/encoders.ts";
import { toArgs } from "../../src/core/ffmpeg-args.ts";
import type { Capabilities } from "../../src/core/ffmpeg-capabilities.ts";
import { joinArgs, partArgs, soundArgs } from "../../src/core/film-parts-args.ts";
import { pairArgs, pairShape } from "../../src/core/frame-pairs.ts";
import { chainFor } from "../../src/core/hardware-chains.ts";
import { planConversion } from "../../src/core/plan.ts";
import { rereadArgs } from "../../src/core/reread-args.ts";
import { lookArgs } from "../../src/core/second-look.ts";
import { defaultEncodingProfile } from "../../src/core/settings-profile.ts";
import { toRawTrackArgs, toSidecarArgs, toTextSidecarArgs } from "../../src/core/sidecar-args.ts";
import { thumbnailArgs } from "../../src/core/thumbnail-args.ts";
import { judge } from "../../src/core/verdict.ts";
import { createFfprobe } from "../../src/edges/ffprobe.ts";
import { anyMedia } from "../support/arbitrary-media.ts";
import { anyWish } from "../support/arbitrary-wish.ts";
import { putClip } from "../support/clips.ts";
import { media, planFor, video } from "../support/media.ts";
import { standIn } from "../support/orchestrator.ts";
import { tempFolder } from "../support/temp.ts";

const INPUT = "/in/-i concat:a|b http://x/%03d ' \n.mkv";
const OUTPUT = "/out/-y pipe:1 tcp:x.mp4";

/** What is read: `file:` and an absolute path behind white lists of its own, or a test picture of ours. */
const assertSafe = (args: readonly string[]): void => {
  let from = 0;
  for (let at = args.indexOf("-i"); at >= 0; at = args.indexOf("-i", from)) {
    const [before, opened] = [args.slice(from, at), args[at + 1] ?? ""];
    const given = (option: string): string | undefined => before[before.lastIndexOf(option) + 1];
    from = at + 2;
    if (before.includes("lavfi")) {
      assert.match(opened, /^(?:color=s=1280x720|testsrc2=s=1920x1080):/);
      continue;
    }
    assert.match(opened, /^file:\//);
    assert.equal(given("-protocol_whitelist"), "file");
    assert.match(given("-format_whitelist") ?? "", /^\w+(?:,\w+)*$/);
  }
  assert.notEqual(from, 0, "something is read");
  for (const [at, each] of args.entries()) {
    if (each.includes(INPUT)) assert.deepEqual([args[at - 1], each], ["-i", `file:${INPUT}`]);
    if (each.includes(OUTPUT)) assert.deepEqual([args[at - 2], each], ["-f", `file:${OUTPUT}`]);
  }
  const written = args.at(-1) ?? "";
  assert.ok(["-", "pipe:1", `file:${INPUT}`].includes(written) || written.startsWith("file:/"), written);
};

/** A card that has every filter and decoder. */
const EVERYTHING: Capabilities = {
  version: "",
  hwaccels: new Set(["cuda", "qsv", "vaapi", "videotoolbox"]),
  filters: new Set([
    "bwdif_cuda",
    "yadif_cuda",
    "scale_cuda",
    "tonemap_cuda",
    "vpp_qsv",
    "scale_vaapi",
    "deinterlace_vaapi",
  ]),
};

test("conversions, of whatever film by whatever wish on whatever card", () => {
  let made = 0;
  fc.assert(
    fc.property(
      anyMedia,
      anyWish,
      fc.constantFrom(...ENCODER_NAMES),
      fc.boolean(),
      (film, wish, name, onCard) => {
        const plan = planConversion(film, judge(film, wish), wish);
        const chain = onCard ? chainFor(plan, film, ENCODERS[name], EVERYTHING) : null;
        const paths = { input: INPUT, output: OUTPUT, burnedText: "/tmp/x/text.ass" };
        const context = {
          paths,
          encoder: ENCODERS[name],
          profile: wish.profile,
          chain,
          sourceFingerprint: "ab",
        };
        const args = toArgs(plan, context);
        if (plan.video === null) return assert.deepEqual(args, []);
        made++;
        assertSafe(args);
      },
    ),
    { numRuns: 1000 },
  );
  assert.ok(made > 200, String(made));
});

test("subtitles, readings again, looks and trials", () => {
  const tracks = (["vtt", "srt", "sup", "mks", "ass"] as const).map((format) => ({
    ...{ stream: 2, format, output: OUTPUT },
  }));
  const { profile } = fc.sample(anyWish, 1)[0] ?? {};
  assert.ok(profile);
  assertSafe(toSidecarArgs(INPUT, tracks, new Map([[2, "windows-1251"]])));
  assertSafe(toRawTrackArgs(INPUT, tracks));
  for (const ending of ["srt", "vtt", "ass", "ssa"] as const)
    assertSafe(toTextSidecarArgs(INPUT, ending, [{ format: "vtt", output: OUTPUT }]));
  const hashed = [{ kind: "video", source: 0, output: 0, filter: "filter_units=pass_types=1-5" } as const];
  const some = [{ startSeconds: 1, seconds: 1, isDecoded: true }, "keyframes"] as const;
  for (const parts of [some, ["all"] as const])
    for (const decodes of ["strict", "patient", "not"] as const)
      for (const side of ["source", "output"] as const)
        assertSafe(rereadArgs(INPUT, { parts, hashed, side, decodes }));
  assertSafe(thumbnailArgs({ input: INPUT, output: OUTPUT, atSeconds: 90 }));
  assertSafe(lookArgs(INPUT, 0, { startSeconds: 9, pictures: 100 }, ["combing", "bars"]));
  const [source, result] = [video({ height: 800 }), video()];
  const pair = {
    stream: 0,
    atSeconds: [1, 1] as const,
    shape: pairShape(source, planFor(media({ streams: [source] })), result),
  };
  assertSafe(pairArgs({ source: INPUT, result: INPUT, before: OUTPUT, after: OUTPUT }, pair));
  for (const name of ENCODER_NAMES) {
    assertSafe(testEncodeArgs(ENCODERS[name], profile));
    assertSafe(testEncodeArgs(ENCODERS[name], profile, OUTPUT));
    const chain = testChain(ENCODERS[name], EVERYTHING);
    if (chain) assertSafe(testChainArgs(ENCODERS[name], profile, chain, INPUT));
    assertSafe(speedClipArgs(ENCODERS[name], profile, OUTPUT));
    assertSafe(speedArgs(ENCODERS[name], profile, EVERYTHING, INPUT));
  }
});

test("whatever ffprobe is asked", async (context) => {
  const folder = tempFolder(context);
  const record = join(folder, "record");
  process.env.RECORD_FILE = record;
  context.after(() => delete process.env.RECORD_FILE);
  const ffprobe = createFfprobe(standIn("records-its-arguments"));
  const film = await putClip("remux", join(folder, "-i http:x %d.mkv"));
  await ffprobe.probe(film);
  await ffprobe.eachPacket(film, 0, () => {});
  const calls = readFileSync(record, "utf8").trimEnd().split("\n\n");
  assert.equal(calls.length, 4, "the streams, the headers, the packets of windows, all packets");
  for (const call of calls) {
    const args = call.split("\n");
    assertSafe(args);
    assert.equal(args.at(-1), `file:${film}`);
  }
});

test("films in parts: each part, the sound, and what joins them", () => {
  const plan = planFor(media());
  const part = { seekSeconds: 2, filters: [], mostPictures: 50, betweenJoints: 60 } as never;
  const context = {
    paths: { input: INPUT, output: OUTPUT },
    encoder: ENCODERS.software,
    profile: defaultEncodingProfile,
    sourceFingerprint: null,
    threads: 1,
  };
  const encode = planFor(media({ streams: [video({ codec: "hevc" })] }));
  assertSafe(partArgs(encode, part, context));
  assertSafe(soundArgs(plan, { input: INPUT, output: OUTPUT }));
  for (const sound of [null, "/out/sound.mp4"])
    assertSafe(joinArgs(plan, { startSeconds: 0 }, { list: INPUT, sound, output: OUTPUT }, null));
});

test("no other file makes arguments that open something", () => {
  const src = join(import.meta.dirname, "..", "..", "src");
  const makers = globSync("**/*.ts", { cwd: src }).filter(
    (each) => !each.endsWith(".test.ts") && /["'`]-i["'`]/.test(readFileSync(join(src, each), "utf8")),
  );
  assert.deepEqual(makers.toSorted(), [
    // Only of test pictures and texts of ours.
    "apps/sample-library.ts",
    "core/encoder-speed.ts",
    "core/encoder-trials.ts",
    "core/ffmpeg-args.ts",
    "core/film-parts-args.ts",
    "core/frame-pairs.ts",
    "core/reread-args.ts",
    "core/second-look.ts",
    "core/sidecar-args.ts",
    "core/thumbnail-args.ts",
    "edges/ffprobe.ts",
  ]);
});
