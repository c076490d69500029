/** One case of the checks of a finished film: a good minute of 25 fps, but for what the case changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MediaInfo } from "../../src/core/media-info.ts";
import type { Packet } from "../../src/core/packets.ts";
import type { ConversionPlan } from "../../src/core/plan.ts";
import { passed, verify } from "../../src/core/verification.ts";
import type { Check, OutputFacts, SourceFacts } from "../../src/core/verification-facts.ts";
import { audio, inContainer, media, packetsAt, planFor, video, wish } from "./media.ts";

/** A minute of 25 fps, as MediaInfo of the support file has it. */
export const PICTURES = packetsAt(25, 1500);
/** What a careful reader finds in a good file, but for its packets. */
const GOOD = { boxLevel: 31, decodeErrors: "", copies: { areSame: true, detail: "all the same" } } as const;

type Case = {
  readonly source?: MediaInfo;
  readonly packets?: SourceFacts["packets"];
  readonly isDamaged?: boolean;
  readonly plan?: ConversionPlan;
  readonly output?: Partial<OutputFacts>;
  readonly isHardware?: boolean;
};

/** All checks of a case. */
export const checksOf = (given: Case): readonly Check[] => {
  const source = given.source ?? inContainer("matroska");
  return verify(
    { media: source, isDamaged: given.isDamaged ?? false, packets: given.packets ?? null },
    given.plan ?? planFor(source),
    { media: media(), video: PICTURES, soundEndSeconds: 60, ...GOOD, ...given.output },
    { wish: wish(), isHardware: given.isHardware ?? false },
  );
};

/** Which checks fail; none unless a row says so. */
export const check = (
  name: string,
  given: Case,
  failing: readonly string[] = [],
  says: RegExp | null = null,
): void => {
  test(name, () => {
    const checks = checksOf(given);
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
