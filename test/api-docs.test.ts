/** The description of the API as a page. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { lookAt, openPage, openSession, type Session, skip } from "./support/page.ts";
import { suite } from "./support/server.ts";

suite("the page of the API", (the) => {
  test("has every route and every named schema, and links that lead to them", async () => {
    const { paths, components } = (await the().app.inject("/api/openapi.json")).json();
    const page = await the().app.inject("/api/docs");
    assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
    for (const path of Object.keys(paths)) assert.ok(page.body.includes(`<code>${path}</code>`), path);
    for (const name of Object.keys(components.schemas))
      assert.ok(page.body.includes(`<h3 id="${name}">`), name);
    for (const [, target = ""] of page.body.matchAll(/href="#(\w+)"/g))
      assert.ok(page.body.includes(`id="${target}"`), target);
    assert.doesNotMatch(page.body, /undefined|\[object/);
  });
});

describe("the page of the API in a browser", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());

  test("fits, and can be read, wide and narrow, light and dark", () => lookAt(session, "/api/docs"));

  test("opens a route by the keyboard", async () => {
    const { page, wrong } = await openPage(session, "/api/docs");
    await page.locator("#postQueuePause > summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#postQueuePause").getByText("reason", { exact: true }).waitFor();
    assert.deepEqual(wrong, []);
    await page.close();
  });
});
