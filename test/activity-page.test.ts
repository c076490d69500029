import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { FILMS } from "./support/films.ts";
import { lookAt, openPage, openSession, part, type Session, skip, until } from "./support/page.ts";

describe("the activity in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(async () => session.close());

  test("is readable wide and narrow, light and dark", async () => {
    await lookAt(session, "/activity");
  });

  test("follows what is chosen, and the address and the exports with it", async () => {
    const { page, wrong } = await openPage(session, "/activity");
    const film = page.locator(".events > li", { hasText: "Casablanca" });
    assert.deepEqual(await film.locator(".tone").allTextContents(), ["Needs work", "Found"]);
    await page.selectOption("#topic", "converted");
    await until(async () => (await page.locator(".events > li").count()) === 3);
    assert.match(page.url(), /topic=converted/);
    assert.match(
      (await page.locator("#export a").first().getAttribute("href")) ?? "",
      /activity\.csv\?topic=converted/,
    );
    await page.fill("#q", "severance");
    await until(async () => (await page.locator(".events > li").count()) === 1);
    await page.reload();
    assert.equal(await page.inputValue("#topic"), "converted");
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("shows what happens while it is open, and leads to the film", async () => {
    const { page, wrong } = await openPage(session, "/activity?topic=work");
    const film = part(session.films, "Ikiru");
    await page.waitForTimeout(300);
    session.control.reprocess(film.id);
    const row = page.locator(".events > li", { hasText: "Ikiru" });
    await row.waitFor();
    assert.match((await row.textContent()) ?? "", /Asked for again/);
    await row.locator("a").click();
    await page.waitForURL(new RegExp(`/library/${film.id}$`));
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("pages with a plain link, without scripts too", async () => {
    const page = await session.context.newPage();
    await page.route("**/*.js", (route) => route.abort());
    await page.goto(`${session.base}/activity?limit=5&topic=library`);
    assert.equal(await page.locator(".events > li").count(), 5);
    const seen = new Set<string | null>();
    for (;;) {
      for (const each of await page.locator(".events .name").all()) seen.add(await each.getAttribute("href"));
      if ((await page.locator("[rel=next]").count()) === 0) break;
      await page.click("[rel=next]");
      await page.waitForLoadState();
    }
    assert.equal(seen.size, FILMS.length);
    await page.close();
  });
});

describe("the log in Chromium", { skip }, () => {
  let session: Session;
  const say = (level: number, source: string, msg: string, more: object = {}): void =>
    session.said.write(JSON.stringify({ level, time: new Date().toISOString(), source, msg, ...more }));
  before(async () => {
    session = await openSession();
    say(30, "scan", "scanned", { library: "movies", found: 14, changed: 0, seconds: 0.4 });
    say(40, "jobs", "attempt failed", {
      assetId: 7,
      code: "disk-full",
      detail: "<b>No space</b> left on the disk of /films/movies",
    });
    say(50, "backup", "database not backed up", {
      err: {
        type: "Problem",
        message: "no room",
        stack: "Error: no room\n    at copy (backups.ts:120)\n".repeat(20),
      },
    });
  });
  after(async () => session.close());

  test("is readable wide and narrow, light and dark", async () => {
    await lookAt(session, "/activity/logs");
  });

  test("new lines of the log come by themselves, those that are asked for", async () => {
    const { page, wrong } = await openPage(session, "/activity/logs?level=warn");
    assert.equal(await page.locator("#lines li").count(), 2);
    say(30, "scan", "a quiet line");
    say(50, "jobs", "a loud line");
    await page.locator("#lines li", { hasText: "a loud line" }).waitFor();
    say(50, "jobs", "another loud line");
    await page.locator("#lines li", { hasText: "another loud line" }).waitFor();
    assert.equal(await page.locator("#lines li").count(), 4);
    assert.match((await page.locator("#lines li").first().textContent()) ?? "", /another loud line/);
    await page.click("#live");
    await page.waitForURL(/live=off/);
    assert.equal(await page.locator("#tail").count(), 0);
    assert.deepEqual(wrong, []);
    await page.close();
  });
});
