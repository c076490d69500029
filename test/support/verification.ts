/** One case of the checks of a finished film: a good minute of 25 fps, but for what the case changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MediaInfo } from "../../src/core/media-info.ts";
import type { Packet } from "../../src/core/packets.ts";
import type { ConversionPlan } from "../../src/core/plan.ts";
import { type OutputFacts, passed, type SourceFacts, verify } from "../../src/core/verification.ts";
import { audio, inContainer, media, packetsAt, planFor, screens, video } from "./media.ts";

/** A minute of 25 fps, as MediaInfo of the support file has it. */
export const PICTURES = packetsAt(25, 1500);
export const SOUNDS = packetsAt(50, 3000, { keyEvery: 1, sizeBytes: 400 });
const HOUSEHOLD = { devices: screens("chromecast-2", "chromecast-3"), languages: [] };

type Case = {
  readonly source?: MediaInfo;
  readonly packets?: SourceFacts["packets"];
  readonly isDamaged?: boolean;
  readonly plan?: ConversionPlan;
  readonly output?: Partial<OutputFacts>;
};

/** Which checks fail; none unless a row says so. */
export const check = (
  name: string,
  given: Case,
  failing: readonly string[] = [],
  says: RegExp | null = null,
): void => {
  test(name, () => {
    const source = given.source ?? inContainer("matroska");
    const output = { media: media(), video: PICTURES, audio: SOUNDS, decodeErrors: "", ...given.output };
    const checks = verify(
      { media: source, isDamaged: given.isDamaged ?? false, packets: given.packets ?? null },
      given.plan ?? planFor(source),
      output,
      HOUSEHOLD,
    );
    const failed = checks.filter((each) => !each.passed);
    assert.deepEqual(
      failed.map((each) => each.name),
      failing,
    );
    assert.equal(passed(checks), failing.length === 0);
    for (const each of checks) assert.notEqual(each.detail, "");
    if (says) assert.match(failed.map((each) => each.detail).join(" "), says);
  });
};
export const changed = (
  packets: readonly Packet[],
  change: (packet: Packet, index: number) => Partial<Packet>,
): readonly Packet[] => packets.map((each, index) => ({ ...each, ...change(each, index) }));
export const encoded = inContainer("matroska", { streams: [video({ codec: "hevc" }), audio()] });
export const halved = inContainer("matroska", {
  streams: [
    video({
      codec: "hevc",
      averageFrameRate: { num: 50, den: 1 },
      nominalFrameRate: { num: 50, den: 1 },
      packets: null,
    }),
    audio(),
  ],
});
export const silent = inContainer("matroska", { streams: [video()] });
export const streams = (...all: MediaInfo["streams"]): Partial<OutputFacts> => ({
  media: media({ streams: all }),
});
export const starts = (picture: number | null, sound: number | null): MediaInfo["streams"] => [
  video({ startSeconds: picture }),
  audio({ startSeconds: sound }),
];
