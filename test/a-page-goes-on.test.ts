/** Pages that stay open: two of them at once, and over a restart of the program. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { buildServer } from "../src/apps/http/server.ts";
import { openPage, openSession, part, type Session, skip } from "./support/page.ts";

describe("a page that stays open", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(async () => session.close());

  test("what is done in one tab is seen in the other", async () => {
    const { films } = session;
    const film = part(films, "Blade Runner");
    const one = await openPage(session, `/library/${film.id}`);
    const other = await openPage(session, "/library");
    await other.page.locator(`#row-${film.id} .state-completed`).waitFor();
    await one.page.getByRole("button", { name: /^Re-process/ }).click();
    await other.page.locator(`#row-${film.id} .state-queued`).waitFor();
    await other.page.locator("#chip-queued .count", { hasText: /^5$/ }).waitFor();
    for (const { page, wrong } of [one, other]) {
      assert.deepEqual(wrong, []);
      await page.close();
    }
  });

  test("a time is the reader's own on hover", async () => {
    const { page, wrong } = await openPage(session, "/library");
    const time = page.locator("time").first();
    assert.match((await time.getAttribute("title")) ?? "", / UTC$/, "without scripts it names its zone");
    await time.hover();
    const local = await time.evaluate((each) =>
      new Date(each.getAttribute("datetime") ?? "").toLocaleString(),
    );
    assert.equal(await time.getAttribute("title"), local);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("a server that restarts is found again, and what changed meanwhile is shown", async () => {
    const { control, films, app, base } = session;
    const film = part(films, "Heat");
    const { page } = await openPage(session, "/library");
    await page.locator(`#row-${film.id} .state-queued`).waitFor();
    await app.close();
    control.store.assets.apply(film.id, "claimed", { now: Date.now(), token: "t" });
    const again = buildServer(control);
    await again.listen({ port: Number(new URL(base).port), host: "127.0.0.1" });
    try {
      await page.locator(`#row-${film.id} .state-processing`).waitFor({ timeout: 40_000 });
      await page.locator("#chip-processing .count", { hasText: /^2$/ }).waitFor();
      control.store.assets.apply(film.id, "published-kept", {
        now: Date.now(),
        token: "t",
        resultBytes: 1e9,
      });
      control.tell({ kind: "asset", assetId: film.id });
      await page.locator(`#row-${film.id} .state-completed`).waitFor();
      await page.close();
    } finally {
      await again.close();
    }
  });
});
