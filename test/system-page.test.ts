import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { lookAt, openPage, openSession, type Session, skip, until } from "./support/page.ts";

describe("the system in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
    session.control.system.setChecks({ ...session.control.system.checks(), at: Date.now() - 120_000 });
  });
  after(async () => session.close());

  test("is readable wide and narrow, light and dark", async () => {
    await lookAt(session, "/system");
  });

  test("the checks are started by their button and come by themselves", async () => {
    const { page, wrong } = await openPage(session, "/system");
    const { system } = session.control;
    await page.click("#check");
    await page.locator("#checks", { hasText: "Checking…" }).waitFor();
    assert.equal(await page.locator("#check").isDisabled(), true);
    system.setChecks({ at: Date.now(), isRunning: false, findings: [] });
    await page.locator("#checks", { hasText: "Nothing is wrong." }).waitFor();
    await until(async () => page.locator("#check").isEnabled());
    assert.deepEqual(wrong, []);
    await page.close();
  });
});
