import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { lookAt, openPage, openSession, type Session, skip } from "./support/page.ts";
import { newSettingsHome, SETTINGS_TEXT } from "./support/settings.ts";

describe("the settings in a browser", { skip }, () => {
  let session: Session;
  const home = newSettingsHome({ after });
  before(async () => {
    session = await openSession({ settings: home.source });
  });
  after(() => session.close());

  test("a change goes from the form over the review into the file", async () => {
    const { page, wrong } = await openPage(session, "/settings");
    await page.getByLabel("Tries for a film").fill("99");
    await page.getByLabel("Tries for a film").press("Enter");
    await page.getByRole("alert").getByText("1 setting cannot be used").waitFor();
    await page.getByRole("link", { name: "Tries for a film" }).click();
    await page.getByText("must be a number from 1 to 20").last().waitFor();
    await page.getByLabel("Tries for a film").fill("5");
    await page.getByRole("button", { name: "Add a library" }).click();
    await page.getByLabel("Name", { exact: true }).nth(2).fill("kids");
    await page.getByLabel("Folder", { exact: true }).nth(2).fill("/films/kids");
    await page.getByRole("button", { name: "Review changes" }).click();
    await page.getByRole("heading", { name: "What comes of it" }).waitFor();
    await page.getByText("Library kids is new").waitFor();
    assert.equal(home.text(), SETTINGS_TEXT);
    await page.getByRole("button", { name: "Save and use now" }).click();
    await page.locator(".notice-done", { hasText: "saved and in use" }).waitFor();
    assert.match(home.text(), / {2}kids:\n {4}root: \/films\/kids\n/);
    assert.match(home.text(), /max_attempts: 5\n/);
    await page.getByRole("link", { name: "Changes" }).click();
    await page.getByText("operational.max_attempts").waitFor();
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("every tab is readable wide and narrow, light and dark", async () => {
    for (const path of ["/settings", "/settings/text", "/settings/changes"]) await lookAt(session, path);
  });

  test("so is the form with what is wrong, and the review", async () => {
    writeFileSync(home.file, SETTINGS_TEXT);
    const { page } = await openPage(session, "/settings");
    await page.getByLabel("Hours for encodes").fill("22:00-07:00");
    await page.getByRole("checkbox", { name: "Chromecast (1st generation)" }).check();
    await page.getByLabel("The original of a converted film").first().selectOption("archive");
    await page.getByRole("button", { name: "Review changes" }).click();
    await page.getByRole("heading", { name: "What comes of it" }).waitFor();
    const path = page.url().slice(session.base.length);
    await page.close();
    await lookAt(session, path);
  });
});
