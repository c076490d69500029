/** The guardrails of a graphics card, seen to hold encodes back and to let them go on, with stand-in programs and a clock. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { newCard } from "./support/card.ts";
import { putClip } from "./support/clips.ts";
import {
  BOTH,
  goesOn,
  historyOf,
  houseWithClock,
  MINUTE_MS,
  pauseOf,
  rests,
} from "./support/guarded-house.ts";
import { until } from "./support/orchestrator.ts";

test("a hot card: no encode is begun, fixes go on, and it goes on when it is cooler", async (context) => {
  const card = newCard(context);
  const { house, pass } = houseWithClock(context, { operational: { encoder: "nvenc" } });
  card.smi("85");
  await house.start(card.program);
  await rests(house, "card-too-hot");
  await putClip("picture", join(house.root, "Picture.avi"));
  await putClip("remux", join(house.root, "Copy.mkv"));
  await house.scan();
  await house.becomes("Copy.mkv", "Completed");
  const waiting = await house.becomes("Picture.avi", "Queued");
  assert.match(house.now().waitingReason(waiting) ?? "", /too hot\. It has 85 °C; encodes rest from 85 °C/);
  const { overview, lanes } = house.now();
  assert.match(overview().waiting?.sentence ?? "", /^1 film waits\. The graphics card is too hot/);
  assert.deepEqual([pauseOf(house, "card-too-hot")?.figure, pauseOf(house, "card-too-hot")?.limit], [85, 85]);
  assert.equal(lanes().find((each) => each.lane === "encodes")?.pause?.code, "card-too-hot");
  assert.equal(lanes().find((each) => each.lane === "copies")?.pause, null);
  card.smi("hang");
  pass(6000);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await house.scan();
  card.smi("76");
  await new Promise((resolve) => setTimeout(resolve, 3500));
  assert.equal(
    pauseOf(house, "card-too-hot")?.figure,
    85,
    "what hangs says nothing new, and holds nobody up",
  );
  pass(6000);
  await until("it was asked again", () => pauseOf(house, "card-too-hot")?.figure === 76);
  assert.equal(house.at("Picture.avi")?.state, "Queued", "not cool enough");
  card.smi("75");
  await goesOn(house, "card-too-hot", () => pass(6000));
  await house.becomes("Picture.avi", "Completed");
  assert.deepEqual(historyOf(house, "card-too-hot"), BOTH);
});

test("a card that is far too hot: a running encode is stopped and queued again, with no attempt used up", async (context) => {
  const card = newCard(context);
  const { house, pass } = houseWithClock(context, { operational: { encoder: "nvenc" } });
  await putClip("picture", join(house.root, "Picture.avi"));
  card.set("slow", "60000");
  await house.start(card.program);
  await until("it encodes", () => house.now().progressOf(house.at("Picture.avi")?.id ?? 0));
  card.smi("93");
  const { problem, asset } = await until("it is stopped", () => {
    pass(1700);
    const found = house.at("Picture.avi");
    const [job] = found ? house.now().store.jobs.forAsset(found.id, 1) : [];
    return found && job?.outcome === "interrupted" && { problem: job.problemCode, asset: found };
  });
  assert.equal(problem, "card-too-hot");
  await house.becomes("Picture.avi", "Queued");
  assert.deepEqual([asset.attempt, house.at("Picture.avi")?.attempt], [0, 0]);
  card.set("slow", null);
  card.smi("60");
  await goesOn(house, "card-too-hot", () => pass(6000));
  pass(2 * MINUTE_MS);
  assert.equal((await house.becomes("Picture.avi", "Completed", "Failed")).state, "Completed");
});

test("a card that takes one encode at a time is asked for one, and for more again later", async (context) => {
  const card = newCard(context);
  const operational = { encoder: "nvenc", max_concurrent_jobs: 3 };
  const { house, pass } = houseWithClock(context, { operational });
  card.set("sessions", "1");
  card.set("slow", "1500");
  const names = ["One.avi", "Two.avi", "Three.avi", "Four.avi"];
  for (const name of names) await putClip("picture", join(house.root, name));
  await house.start(card.program);
  const encodes = () =>
    house
      .now()
      .lanes()
      .find((each) => each.lane === "encodes");
  await until("it was refused", () =>
    /^The card takes 1 encode at a time; one more is tried at \d\d:\d\d/.test(encodes()?.note ?? ""),
  );
  for (const name of names) await house.becomes(name, "Completed");
  for (const name of names) {
    const jobs = house.now().store.jobs.forAsset(house.at(name)?.id ?? 0, 20);
    assert.ok(
      jobs.every((job) => job.attempt === 1),
      "no attempt was used up",
    );
    assert.ok(jobs.length <= 3, `${name} was tried ${jobs.length} times`);
  }
  assert.equal(house.now().overview().pauses.length, 0);
  card.set("sessions", null);
  pass(11 * MINUTE_MS);
  for (const name of ["Five.avi", "Six.avi"]) await putClip("picture", join(house.root, name));
  await house.scan();
  await until("two at once", () => (encodes()?.running.length ?? 0) >= 2);
  for (const name of ["Five.avi", "Six.avi"]) await house.becomes(name, "Completed");
  assert.deepEqual([house.at("Five.avi")?.attempt, house.at("Six.avi")?.attempt], [0, 0]);
});

test("a card lost from the container: encodes wait with the mend in words, and go on when it is back", async (context) => {
  const card = newCard(context);
  const { house, pass } = houseWithClock(context, { operational: { encoder: "nvenc", gpu_only: true } });
  await house.start(card.program);
  await until("an encoder", () => house.now().overview().encoder.kind === "found");
  card.set("lost", "");
  card.smi("Failed to initialize NVML: Unknown Error");
  pass(6000);
  const pause = await rests(house, "card-lost");
  assert.match(
    pause.sentence,
    /lost to this program\. Failed to initialize NVML: Unknown Error\. Encodes go on/,
  );
  for (let each = 0; each < 3; each++) await putClip("picture", join(house.root, `${each}.avi`));
  await house.scan();
  await house.becomes("2.avi", "Queued");
  assert.equal(house.now().overview().waiting?.code, "card-lost");
  for (let each = 0; each < 40; each++) {
    pass(20 * MINUTE_MS);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  for (let each = 0; each < 3; each++)
    assert.deepEqual([house.at(`${each}.avi`)?.state, house.at(`${each}.avi`)?.attempt], ["Queued", 0]);
  card.set("lost", null);
  card.smi("40");
  await goesOn(house, "card-lost", () => pass(MINUTE_MS));
  for (let each = 0; each < 3; each++) await house.becomes(`${each}.avi`, "Completed");
  assert.deepEqual(historyOf(house, "card-lost"), BOTH);
});

test("nvidia-smi that loses its word while the card works stops nothing for long", async (context) => {
  const card = newCard(context);
  const { house, pass } = houseWithClock(context, { operational: { encoder: "nvenc", gpu_only: true } });
  await house.start(card.program);
  await until("an encoder", () => house.now().overview().encoder.kind === "found");
  card.smi("Failed to initialize NVML: Unknown Error");
  pass(6000);
  await until("the card was heard of", () => historyOf(house, "card-lost").length > 0);
  await putClip("picture", join(house.root, "Film.avi"));
  await house.scan();
  await house.becomes("Film.avi", "Completed");
});
