/** Which card takes a film, and that none does where none may; how a worker's cards rest; a card that was removed. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createCardPlaces } from "../src/apps/card-places.ts";
import { createEncoderChoice } from "../src/apps/encoder-choice.ts";
import { partEngines } from "../src/apps/parts-here.ts";
import type { EncoderAnswer } from "../src/apps/running.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import { createWorkerHeat } from "../src/apps/worker-heat.ts";
import { ENCODERS } from "../src/core/encoders.ts";
import type { Capabilities } from "../src/core/ffmpeg-capabilities.ts";
import { partToken } from "../src/core/output-paths.ts";
import { createFfmpeg } from "../src/edges/ffmpeg.ts";
import type { Gpu } from "../src/edges/gpu.ts";
import { createLog } from "../src/edges/log.ts";
import { newCard } from "./support/card.ts";

const encoder = ENCODERS.nvenc;
/** What decodes for the film's own card; which decoder it is does not matter here. */
const CARD = {} as Capabilities;
const gpuOf = (index: number): Gpu => ({ index, uuid: `GPU-${index}`, name: "L4" }) as Gpu;
const answerOf = (cards: readonly number[]): EncoderAnswer => ({
  status: { kind: "found", name: encoder.name, codec: encoder.codec, isHardware: true },
  ...{ encoder, card: null },
  engines: cards.map((index) => ({ encoder, card: null, gpu: gpuOf(index) })),
});

for (const cards of [[0], [0, 1]])
  test(`of ${cards.length} that are too hot none takes a film`, () => {
    const places = createCardPlaces({ encoder: () => answerOf(cards), now: () => 0 });
    places.setHot(new Set(cards));
    assert.equal(places.places(2), 0);
    assert.equal(places.take(1), null);
    assert.equal(places.hasEngine(), true);
    places.setHot(new Set());
    assert.equal(places.take(1)?.gpu?.index, 0);
  });

test("parts of one film go to all cards, one at a time to its own, and leave them again", () => {
  const cards = createCardPlaces({ encoder: () => answerOf([0, 1, 2]), now: () => 0 });
  const own = cards.take(7);
  assert.equal(own?.gpu?.index, 0);
  const engine = { encoder: { ...encoder, cudaDevice: 0 }, card: null };
  const take = partEngines({ cards }, { token: "t", engine });
  const parts = [0, 1, 2, 3].map(take);
  const places = (): readonly (number | undefined)[] =>
    [0, 1, 2, 3].map((part) => cards.of(partToken("t", part))?.gpu?.index);
  // The first is the film itself; then the idle cards, then whichever has least.
  assert.deepEqual(places(), [undefined, 1, 2, 0]);
  assert.equal(parts[0]?.encoder.cudaDevice, 0);
  for (const each of parts) each.done();
  assert.deepEqual(places(), [undefined, undefined, undefined, undefined]);
  // A card without a decoder of its own does not borrow that of the film's.
  const decodes = partEngines({ cards }, { token: "u", engine: { ...engine, card: CARD } });
  const [here, there] = [decodes(0), decodes(1)];
  assert.deepEqual([here?.card, there?.card], [CARD, null]);
  for (const each of [here, there]) each?.done();
  // The film's own card is free for one again; where none takes another, it is asked all the same.
  cards.setHot(new Set([0, 1, 2]));
  assert.deepEqual(
    [take(4), take(5)].map((each) => each.encoder.cudaDevice),
    [0, 0],
  );
  assert.equal(cards.of(partToken("t", 5)), null);
});

test("a worker's card rests from the cut-off on until it is ten degrees cooler, for a while", () => {
  let now = 0;
  const heat = createWorkerHeat(settingsFrom({}).operational, () => now);
  const look = (degrees: number | null, cutoff: number | null = null): readonly number[] => {
    now += 5_000;
    return [...heat([{ index: 3, name: "L4", degrees }], cutoff)];
  };
  assert.deepEqual([look(84), look(85), look(80), look(76)], [[], [3], [3], [3]]);
  assert.deepEqual([look(75), look(75), look(75), look(84)], [[3], [3], [], []]);
  assert.deepEqual([look(70, 70), look(null)], [[3], []]);
});

const TWO = [
  "0, GPU-aa, NVIDIA L4, 550.163.01, 40, 0, 100, 12288, 0",
  "1, GPU-bb, NVIDIA L4, 550.163.01, 35, 0, 100, 23034, 0",
];

test("a card that was removed is not looked for for ever, but when a person asks", async (context: TestContext) => {
  const card = newCard(context);
  card.set("cards", TWO.join("\n"));
  let now = 0;
  const choice = createEncoderChoice(
    { ffmpeg: createFfmpeg(card.program), log: createLog("silent"), now: () => now },
    settingsFrom({ operational: { encoder: "nvenc" } }),
    () => {},
  );
  choice.probe();
  await choice.idle();
  assert.equal(choice.now().engines?.length, 2);
  card.set("cards", TWO[0] ?? "");
  const looks = async (times: number): Promise<number> => {
    const seen = new Set<number>();
    for (let at = 0; at < times; at++) {
      now += 6 * 60_000;
      choice.pump();
      await choice.idle();
      seen.add(choice.lastLook()?.at ?? 0);
    }
    return seen.size;
  };
  choice.probe();
  await choice.idle();
  assert.ok((await looks(3)) > 1, "it is looked for");
  await looks(5);
  assert.equal(await looks(3), 1, "and no more");
  card.set("cards", TWO.join("\n"));
  choice.probe();
  await choice.idle();
  assert.equal(choice.now().engines?.length, 2);
});
