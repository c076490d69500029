/** Two graphics cards made of stand-in programs: films are shared out, and what one of them cannot do the other does. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { newCard } from "./support/card.ts";
import { putClip } from "./support/clips.ts";
import { goesOn, houseWithClock, MINUTE_MS, pauseOf } from "./support/guarded-house.ts";
import { type House, until } from "./support/orchestrator.ts";

const TWO = `0, GPU-aa, NVIDIA GeForce RTX 3060, 550.163.01, 40, 0, 100, 12288, 0
1, GPU-bb, NVIDIA L4, 550.163.01, 35, 0, 100, 23034, 0`;
const NAMES = ["One.avi", "Two.avi", "Three.avi", "Four.avi"];

const twoCards = async (context: TestContext, operational: object) => {
  const card = newCard(context);
  card.set("cards", TWO);
  card.smi("40\n35");
  const clock = houseWithClock(context, { operational: { encoder: "nvenc", ...operational } });
  return { card, ...clock };
};

const put = async (house: House, names: readonly string[]): Promise<void> => {
  for (const name of names) await putClip("picture", join(house.root, name));
};

/** Which card each attempt at a film was on, by its command. */
const cardsOf = (house: House, name: string): readonly (string | undefined)[] =>
  house
    .now()
    .store.jobs.forAsset(house.at(name)?.id ?? 0, 20)
    .map(({ command }) => command[command.indexOf("-gpu") + 1]);

test("films are shared out, the page says which card does which, and all of them is the limit", async (context) => {
  const { card, house } = await twoCards(context, { max_concurrent_jobs: 2 });
  card.set("slow", "2500");
  await put(house, NAMES);
  await house.start(card.program);
  const shown = await until("two cards encode", () => {
    const found = house
      .now()
      .lanes()
      .flatMap(({ running }) => running);
    const cards = found.map((id) => house.now().progressOf(id)?.card);
    return cards.length === 2 && cards.every((each) => each !== undefined) && cards;
  });
  assert.deepEqual(shown.toSorted(), ["Card 0 (NVIDIA GeForce RTX 3060)", "Card 1 (NVIDIA L4)"]);
  for (const name of NAMES) await house.becomes(name, "Completed");
  const used = NAMES.flatMap((name) => cardsOf(house, name));
  assert.deepEqual(used.length, 4);
  assert.deepEqual(new Set(used), new Set(["0", "1"]));
});

test("a card that takes no session has its films done by the other, with no attempt used up", async (context) => {
  const { card, house } = await twoCards(context, { max_concurrent_jobs: 2 });
  card.set("slow", "1000");
  card.set("sessions-1", "0");
  await put(house, NAMES);
  await house.start(card.program);
  for (const name of NAMES) await house.becomes(name, "Completed");
  for (const name of NAMES) {
    const { store } = house.now();
    assert.ok(store.jobs.forAsset(house.at(name)?.id ?? 0, 20).every(({ attempt }) => attempt === 1));
    assert.equal(cardsOf(house, name)[0], "0", "newest first");
  }
  const refusals = NAMES.flatMap((name) => cardsOf(house, name)).filter((each) => each === "1");
  assert.ok(refusals.length >= 1 && refusals.length <= 2, `${refusals.length} were tried there`);
});

test("only the hot card rests", async (context) => {
  const { card, house, pass } = await twoCards(context, { max_concurrent_jobs: 2 });
  card.smi("90\n35");
  await house.start(card.program);
  const pause = await until("it rests", () => pauseOf(house, "card-too-hot"));
  assert.match(pause.sentence, /Card 0 \(NVIDIA GeForce RTX 3060\) has 90 °C/);
  assert.equal(pause.films, 0, "nothing waits for it");
  await put(house, NAMES.slice(0, 2));
  await house.scan();
  for (const name of NAMES.slice(0, 2)) {
    await house.becomes(name, "Completed");
    assert.deepEqual(cardsOf(house, name), ["1"]);
  }
  card.smi("90\n91");
  await until("both are hot", () => {
    pass(6000);
    return (
      house
        .now()
        .lanes()
        .find(({ lane }) => lane === "encodes")?.pause?.code === "card-too-hot"
    );
  });
  card.smi("60\n91");
  await goesOn({ ...house }, "card-too-hot", () => {
    pass(6000);
    card.smi("60\n60");
  });
});

test("of two cards the one that is far too hot gives its film back, the other goes on", async (context) => {
  const { card, house, pass } = await twoCards(context, { max_concurrent_jobs: 2 });
  card.set("slow", "30000");
  await put(house, NAMES.slice(0, 2));
  await house.start(card.program);
  await until("two encode", () =>
    NAMES.slice(0, 2).every(
      (name) => house.now().progressOf(house.at(name)?.id ?? 0)?.phase === "converting",
    ),
  );
  card.smi("40\n95");
  const stopped = await until("one is stopped", () => {
    pass(1700);
    return NAMES.slice(0, 2).find((name) => {
      const [job] = house.now().store.jobs.forAsset(house.at(name)?.id ?? 0, 1);
      return job?.problemCode === "card-too-hot";
    });
  });
  assert.deepEqual(cardsOf(house, stopped), ["1"]);
  assert.deepEqual(
    NAMES.slice(0, 2)
      .map((name) => house.at(name)?.state)
      .toSorted(),
    ["Processing", "Queued"],
  );
  await house.stop();
});

test("a card that is lost is left out, and taken again when it is back", async (context) => {
  const { card, house, pass } = await twoCards(context, { max_concurrent_jobs: 1 });
  await house.start(card.program);
  await until("an encoder", () => house.now().overview().encoder.kind === "found");
  card.set("refuses-0", "cuInit(0) failed -> CUDA_ERROR_UNKNOWN: unknown error");
  await put(house, NAMES.slice(0, 1));
  await house.scan();
  await until("it is done by the other", () => {
    pass(1000);
    return house.at("One.avi")?.state === "Completed";
  });
  assert.equal(cardsOf(house, "One.avi")[0], "1");
  assert.equal(house.at("One.avi")?.attempt, 0);
  assert.match(
    house
      .now()
      .overview()
      .warnings.map(({ sentence }) => sentence)
      .join(),
    /Card 0 .*finds no card/,
  );
  card.set("refuses-0", null);
  await until("it is back", () => {
    pass(MINUTE_MS);
    return house.now().overview().warnings.length === 0;
  });
});
