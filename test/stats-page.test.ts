import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { dayOf } from "../src/apps/local-day.ts";
import { lookAt, openPage, openSession, type Session, skip, until } from "./support/page.ts";

/** Some weeks of work. */
const fillDays = (file: string): void => {
  const raw = new DatabaseSync(file);
  for (let back = 60; back >= 1; back--) {
    const day = dayOf(Date.now() - back * 86_400_000);
    raw
      .prepare("INSERT INTO daily_ready VALUES (?, 'movies', ?, ?)")
      .run(day, 9 + Math.floor((60 - back) / 15), 2 + Math.floor((60 - back) / 12));
    const put = raw.prepare("INSERT INTO daily_work VALUES (?, 'movies', ?, ?, ?, ?, ?, ?)");
    put.run(day, "copy", "copy", back % 7, 0, 5400 * (back % 7), 40 * (back % 7));
    put.run(day, "audio", "copy", (back * 3) % 5, 0, 5400, 130);
    if (back % 3 === 0) put.run(day, "video", "h264_nvenc", 2, back % 2, 10_800, 1100);
  }
  raw.close();
};

describe("the stats in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
    fillDays(session.control.store.database.file);
  });
  after(async () => session.close());

  test("are readable wide and narrow, light and dark", async () => {
    await lookAt(session, "/stats");
  });

  test("are drawn of their tables, which say the same", async () => {
    const { page, wrong } = await openPage(session, "/stats");
    await until(async () => (await page.locator("figure canvas").count()) === 2);
    const last = page.locator("#ready-by-day tbody tr").first().locator("td");
    assert.deepEqual(await last.allTextContents(), ["14", "7"]);
    assert.deepEqual(await page.locator("figure").first().locator("output").allTextContents(), ["14", "7"]);
    assert.equal(await page.locator("#done-by-day tbody tr").count(), 30);
    assert.match((await page.locator("#ready .value").textContent()) ?? "", /^50 %$/);
    await page.setViewportSize({ width: 500, height: 800 });
    const canvas = page.locator("figure canvas").first();
    await until(async () => ((await canvas.boundingBox())?.width ?? 0) < 500);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("lead to the films that failed", async () => {
    const { page, wrong } = await openPage(session, "/stats");
    await page.click("#failed-source-damaged");
    await page.waitForURL(/problem=source-damaged/);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("are tables without scripts", async () => {
    const page = await session.context.newPage();
    await page.route("**/*.js", (route) => route.abort());
    await page.goto(`${session.base}/stats`);
    await page.locator("summary").first().click();
    assert.equal(await page.locator("#ready-by-day tbody tr").first().isVisible(), true);
    await page.close();
  });
});
