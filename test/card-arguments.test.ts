/**
 * Every argument list for a card, given to the installed ffmpeg: of every kind of film and every profile. Where there is
 * no card the only complaint is the missing driver; a word of ours that ffmpeg does not know is caught.
 */
import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { nextTry, type Tries } from "../src/core/encode-ladder.ts";
import { testChain, testChainArgs } from "../src/core/encoder-trials.ts";
import { ENCODERS, onCudaDevice } from "../src/core/encoders.ts";
import { toArgs } from "../src/core/ffmpeg-args.ts";
import type { Capabilities } from "../src/core/ffmpeg-capabilities.ts";
import { type CardChain, chainFor } from "../src/core/hardware-chains.ts";
import type { MediaInfo, VideoStream } from "../src/core/media-info.ts";
import type { EncodingProfile } from "../src/core/settings-profile.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import { readCapabilities } from "../src/edges/gpu.ts";
import { NEEDS_CARD_PICTURES, NO_CARD, OUR_FAULT } from "./support/ffmpeg-says.ts";
import { audio, inContainer, planFor, profile, video } from "./support/media.ts";

const skip = spawnSync("ffmpeg", ["-version"]).status === 0 ? false : "ffmpeg is not installed";

let folder = "";
let has: Capabilities;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "cvc-card-"));
  if (skip) return;
  has = await readCapabilities(createFfmpeg());
  const source = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=0.08", "-f", "lavfi", "-i", "sine=d=0.1"];
  execFileSync("ffmpeg", ["-v", "error", ...source, "-c:v", "mpeg4", "-c:a", "ac3", join(folder, "in.mkv")]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

type Card = "nvenc" | "qsv" | "vaapi";
type List = { readonly args: readonly string[]; readonly chain: CardChain | null };

/** Every combination of one value of each key. */
const combinations = <T extends object>(
  choices: { readonly [K in keyof T]: readonly T[K][] },
): readonly T[] =>
  Object.entries<readonly unknown[]>(choices).reduce<readonly object[]>(
    (found, [key, values]) => found.flatMap((each) => values.map((value) => ({ ...each, [key]: value }))),
    [{}],
  ) as readonly T[];

const perSecond = (num: number) => ({ num, den: 1 });
const PICTURES = combinations<Partial<VideoStream>>({
  codec: ["h264", "hevc", "vp9", "av1", "mpeg2video", "vc1", "mpeg4", "prores"],
  pixelFormat: ["yuv420p", "yuv420p10le", "yuv444p"],
  scan: ["progressive", "interlaced", "unknown"],
  sampleAspectRatio: [perSecond(1), { num: 64, den: 45 }],
  rotationDegrees: [0, 90, 180],
  colorTransfer: ["bt709", "smpte2084", "arib-std-b67"],
  averageFrameRate: [perSecond(25), perSecond(50)],
  isFullRange: [false, true],
});
const PROFILES: readonly Partial<EncodingProfile>[] = [
  ...combinations<Pick<EncodingProfile, "preset" | "rc">>({
    preset: ["p1", "p2", "p3", "p4", "p5", "p6", "p7"],
    rc: ["vbr", "cbr"],
  }),
  { rc: "vbr_hq" },
  { profile: "main", level: "3.1" },
];

/** Steady at 25 or 50 pictures a second, and one whose rate varies. */
const filmOf = (
  picture: Partial<VideoStream>,
  nominalFrameRate = picture.averageFrameRate ?? null,
): MediaInfo =>
  inContainer("matroska", {
    streams: [
      video({
        ...{
          width: 720,
          height: 576,
          sps: null,
          profile: null,
          level: null,
          packets: null,
          nominalFrameRate,
        },
        ...{ bitDepth: picture.pixelFormat?.includes("10") ? 10 : 8 },
        ...picture,
      }),
      audio({ codec: "ac3" }),
    ],
  });

const listFor = (
  source: MediaInfo,
  card: Card,
  more: Partial<EncodingProfile> = {},
  encoder = ENCODERS[card],
): List | null => {
  const plan = planFor(source, { profile: profile(more) });
  if (plan.video?.kind !== "encode") return null;
  const chain = chainFor(plan, source, encoder, has);
  const paths = { input: join(folder, "in.mkv"), output: "/dev/null" };
  const context = { paths, encoder, profile: profile(more), chain, sourceFingerprint: "abc" };
  return { args: toArgs(plan, context), chain };
};

/** Lists that differ, each once. */
const distinct = (lists: readonly (List | null)[]): readonly List[] => oneOfEach(lists, (words) => words);

/** Lists that differ in more than the numbers of size, rate and keyframes: those are any whole numbers. */
const distinctWords = (lists: readonly List[]): readonly List[] =>
  oneOfEach(lists, (words) => words.replace(/(?<=[wh]=)\d+|(?<=-g:v\n)\d+|(?<=-r\n)\d+\/\d+/g, "N"));

const oneOfEach = (lists: readonly (List | null)[], keyOf: (words: string) => string): readonly List[] => [
  ...new Map(lists.flatMap((each) => (each ? [[keyOf(each.args.join("\n")), each] as const] : []))).values(),
];

type Said = { readonly works: boolean; readonly said: string };
const run = (args: readonly string[]): Promise<Said> =>
  new Promise((resolve) =>
    execFile("ffmpeg", args, { timeout: 60_000 }, (error, _, said) =>
      resolve({ works: error === null, said }),
    ),
  );

const withFilters = (args: readonly string[], filters: string): readonly string[] =>
  args.map((each, index) => (args[index - 1] === "-vf" ? filters : each));
const without = (args: readonly string[], some: readonly string[]): readonly string[] => {
  const at = args.indexOf(some[0] ?? "");
  return at < 0 ? args : [...args.slice(0, at), ...args.slice(at + some.length)];
};

/**
 * What is wrong with a list; null when only the card is missing. ffmpeg stops at the first device that it cannot make, so
 * a list with a chain is given three times: whole; without the device, up to the chain's filters; and with the
 * processor's pictures, up to the encoder.
 */
const faultOf = async ({ args, chain }: List, card: Card): Promise<string | null> => {
  const bare = without(without(args, chain?.input ?? []), ENCODERS[card].device);
  const runs: (readonly [readonly string[], RegExp])[] = [[args, NO_CARD]];
  if (chain || ENCODERS[card].upload) runs.push([bare, NEEDS_CARD_PICTURES]);
  if (chain && card === "nvenc") runs.push([withFilters(bare, "format=yuv420p"), NO_CARD]);
  for (const [list, wanted] of runs) {
    const { works, said } = await run(list);
    if (OUR_FAULT.test(said) || !(works || wanted.test(said))) return said;
  }
  return null;
};

const AT_ONCE = 3;
const assertFaultless = async (lists: readonly List[], card: Card): Promise<void> => {
  const waiting = [...lists];
  const feed = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const fault = await faultOf(next, card);
      assert.equal(fault, null, `${next.args.join(" ")}\n${fault}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, feed));
};

const FILMS = PICTURES.flatMap((picture) => [filmOf(picture), filmOf(picture, perSecond(30))]);

describe("NVENC", { skip }, () => {
  it("every kind of film is refused for the missing driver alone", async (context) => {
    const lists = distinct(FILMS.map((film) => listFor(film, "nvenc")));
    const fed = distinctWords(lists);
    const onCard = fed.filter((each) => each.chain !== null).length;
    context.diagnostic(`${FILMS.length} kinds of film, ${lists.length} lists`);
    context.diagnostic(`${fed.length} fed that differ in more than numbers, ${onCard} decode on the card`);
    assert.ok(onCard >= 6 && fed.length > 2 * onCard);
    await assertFaultless(fed, "nvenc");
  });

  it("so is every profile", async (context) => {
    const film = filmOf({ codec: "mpeg4" });
    const lists = distinct(PROFILES.map((each) => listFor(film, "nvenc", each)));
    context.diagnostic(`${lists.length} lists of ${PROFILES.length} profiles`);
    // A profile's words stand by themselves: what is around them is the film's, so films and profiles need not be crossed.
    const around = lists.map(({ args }) => [
      ...args.slice(0, args.indexOf("-preset:v")),
      ...args.slice(args.indexOf("-forced-idr")),
    ]);
    for (const each of around) assert.deepEqual(each, around[0]);
    await assertFaultless(lists, "nvenc");
  });

  it("so is every rung of the ladder, and the proof of decoding", async () => {
    const first = listFor(filmOf({ codec: "mpeg4" }), "nvenc");
    const chain = testChain(ENCODERS.nvenc, has);
    assert.ok(first && chain);
    const rungs: List[] = [
      { args: testChainArgs(ENCODERS.nvenc, profile(), chain, join(folder, "in.mkv")), chain },
    ];
    const end = { exitCode: 1, signal: null, stderr: "No capable devices found", stopped: null };
    let tries: Tries = { args: first.args, onProcessor: first.args };
    for (let next = nextTry(tries, end); next; next = nextTry(tries, end)) {
      tries = next.tries;
      rungs.push({ args: tries.args, chain: null });
    }
    assert.equal(rungs.length, 8);
    await assertFaultless(rungs, "nvenc");
  });

  it("so is the second of several cards, which decodes what it encodes", async () => {
    const second = onCudaDevice(ENCODERS.nvenc, 1);
    for (const codec of ["mpeg4", "mpeg2video"]) {
      const list = listFor(filmOf({ codec }), "nvenc", {}, second);
      assert.ok(list);
      const after = (option: string) => list.args[list.args.indexOf(option) + 1];
      assert.equal(after("-gpu"), "1");
      assert.equal(after("-hwaccel_device"), codec === "mpeg4" ? list.args[0] : "1");
      assert.equal(await faultOf(list, "nvenc"), null);
      const one = listFor(filmOf({ codec }), "nvenc");
      assert.ok(!one?.args.includes("-gpu"), "with one card nothing is added");
    }
  });

  it("a wrong word is caught wherever it stands", async () => {
    const list = listFor(filmOf({ codec: "mpeg2video", scan: "interlaced" }), "nvenc");
    assert.ok(list?.chain);
    assert.equal(await faultOf(list, "nvenc"), null);
    const swap = (from: string, to: string): List => ({
      args: list.args.map((each) => each.replace(from, to)),
      chain: list.chain && { ...list.chain, input: list.chain.input.map((each) => each.replace(from, to)) },
    });
    for (const [from, to] of [
      ["vbr", "vbr_hq2"],
      ["-temporal-aq", "-temporal-aqq"],
      ["p5", "hqq"],
      ["scale_cuda=", "scale_cuda=foo=1:"],
      ["lanczos", "lanczoss"],
      ["deint=all", "deint=every"],
      ["scale_cuda", "scale_cudaa"],
      ["-extra_hw_frames", "-extra_hw_framess"],
      ["cuda", "cudaa"],
    ] as const)
      assert.notEqual(await faultOf(swap(from, to), "nvenc"), null, `${from} -> ${to}`);
  });
});

describe("VAAPI and Quick Sync", { skip }, () => {
  for (const card of ["vaapi", "qsv"] as const)
    it(`${card}: what its card decodes is read up to the card's filters`, async (context) => {
      const lists = distinct(FILMS.map((film) => listFor(film, card))).filter(({ chain }) => chain !== null);
      const fed = distinctWords(lists);
      context.diagnostic(`${lists.length} lists, ${fed.length} fed`);
      assert.ok(fed.length >= 4);
      await assertFaultless(fed, card);
    });
});
