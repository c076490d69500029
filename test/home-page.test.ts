/** The front page in a real Chromium: looked at in four looks, and live without a reload. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { JobProgress } from "../src/apps/control.ts";
import { buildServer } from "../src/apps/http/server.ts";
import { findChromium, openChromium } from "./support/chromium.ts";
import { putClip } from "./support/clips.ts";
import { newHouse } from "./support/orchestrator.ts";
import { lookAt, openPage, openSession, part, type Session, skip, until } from "./support/page.ts";
import { addAttempt } from "./support/work-done.ts";

const PROGRESS: JobProgress = {
  phase: "converting",
  encoder: "h264_nvenc",
  percent: 34,
  fps: 118.4,
  speed: 4.9,
  etaSeconds: 754,
  outTimeSeconds: 1800,
  bytes: 700_000_000,
};

describe("the front page in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(async () => session.close());

  test("is looked at while it works, with results and with something that stands still", async () => {
    const { control, films } = session;
    const now = Date.now();
    control.setTemperature(61);
    const series = part(films, "S01E01");
    control.setProgress(part(films, "Arrival").id, PROGRESS);
    addAttempt(control, series, { outputBytes: 1_100_000_000, finishedAt: now - 8_000_000 });
    addAttempt(control, part(films, "Amélie"), {
      outputBytes: 4_180_000_000,
      seconds: 9,
      finishedAt: now - 400_000,
    });
    addAttempt(control, part(films, "Blade"), {
      outputBytes: 1_900_000_000,
      warns: true,
      finishedAt: now - 90_000,
    });
    addAttempt(control, part(films, "Ikiru"), {
      outcome: "failed",
      problemCode: "source-damaged",
      finishedAt: now,
    });
    await lookAt(session, "/");
    control.say({
      waiting: {
        code: "disk-full",
        sentence: "2 films wait. The disk is full. It is tried again at 21:14 UTC.",
      },
    });
    await lookAt(session, "/?stuck");
    control.say({ waiting: null });
  });

  test("figures, cards, results, title and icon of the tab change by themselves", async () => {
    const { control, films } = session;
    const { page, wrong } = await openPage(session, "/");
    const arrival = part(films, "Arrival");
    for (const percent of [35, 36]) {
      control.setProgress(arrival.id, { ...PROGRESS, percent });
      await page.locator(".job-percent b", { hasText: String(percent) }).waitFor();
      await until(async () => (await page.title()) === `${percent} % · Home · Chromecast Video Converter`);
    }
    assert.match((await page.locator("link[rel=icon]").getAttribute("href")) ?? "", /^data:image\/svg\+xml/);
    const heat = part(films, "Heat");
    control.store.assets.apply(heat.id, "claimed", { now: Date.now(), token: "t" });
    control.tell({ kind: "asset", assetId: heat.id });
    await page.locator(".job", { hasText: "Heat" }).waitFor();
    assert.equal(await page.locator(".job").count(), 2);
    for (const [id, token] of [
      [arrival.id, `token-${arrival.id}`],
      [heat.id, "t"],
    ] as const) {
      control.store.assets.apply(id, "published-kept", {
        now: Date.now(),
        token,
        resultBytes: 2_000_000_000,
      });
      control.tell({ kind: "asset", assetId: id });
    }
    addAttempt(control, heat, { outputBytes: 2_000_000_000 });
    await page.locator(".result", { hasText: "Heat" }).waitFor();
    await page.getByText("Nothing is being converted right now.").waitFor();
    await page.locator(".truth", { hasText: /^9 of 14 films play/ }).waitFor();
    await until(async () => (await page.title()) === "Home · Chromecast Video Converter");
    assert.doesNotMatch((await page.locator("link[rel=icon]").getAttribute("href")) ?? "", /^data:/);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("what stands still is mended by its button, and the tab says that something does", async () => {
    const { page, wrong } = await openPage(session, "/");
    session.control.say({ waiting: { code: "disk-full", sentence: "2 films wait: the disk is full." } });
    await until(async () => (await page.title()).startsWith("! · "));
    await page.getByRole("button", { name: "Try again now" }).click();
    await page.locator(".notice-done", { hasText: "tried again now" }).waitFor();
    await until(async () => (await page.locator(".banner").count()) === 0);
    assert.deepEqual(wrong, []);
    await page.close();
  });
});

test("a real film is seen being converted, with a picture of it, and its result appears", {
  skip,
}, async (context) => {
  const house = newHouse(context);
  const control = await house.start();
  const server = buildServer(control);
  context.after(() => server.close());
  const base = await server.listen({ port: 0, host: "127.0.0.1" });
  const browser = await openChromium(findChromium() ?? "");
  context.after(browser.close);
  // The page is there before the film, so that a fast machine is not done before it looks.
  const { page, wrong } = await openPage({ context: browser.context, base }, "/");
  await putClip("long", join(house.root, "Long.avi"));
  await house.scan();
  const percents = new Set<string>();
  let width = 0;
  await until(async () => {
    // Read together, as the card may go between two questions.
    const seen: unknown = await page.evaluate(
      "[document.querySelector('.job-percent b')?.textContent ?? '', document.querySelector('.frame img')?.naturalWidth ?? 0]",
    );
    const [percent, drawn] = seen as [string, number];
    if (percent !== "") percents.add(percent);
    width = Math.max(width, drawn);
    return (await page.locator(".result").count()) === 1;
  });
  assert.ok(percents.size >= 2, [...percents].join(" "));
  assert.equal(width, 320, "a picture of the film");
  const result = page.locator(".result");
  assert.match(
    (await result.textContent()) ?? "",
    /Long[\s\S]*picture encoded[\s\S]*smaller[\s\S]*checks passed/,
  );
  await page.locator(".truth", { hasText: "The film plays on your Chromecast" }).waitFor();
  assert.deepEqual(wrong, []);
});
