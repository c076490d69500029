/** The pages of access in a real Chromium: how they look, by keyboard alone, and without scripts. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createAccess, setPassword } from "../src/apps/access.ts";
import { openAccessStoreInMemory } from "../src/edges/store/access-store.ts";
import { PASSWORD } from "./support/access.ts";
import { lookAt, openPage, openSession, type Session, skip, until } from "./support/page.ts";

const store = openAccessStoreInMemory();
const printed: string[] = [];
const access = createAccess({
  store,
  now: Date.now,
  isExposed: true,
  presetToken: "0123456789abcdef0123456789abcdef",
  say: (line) => printed.push(line),
});

describe("the pages of access", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession({ access });
  });
  after(async () => {
    await session?.close();
    store.close();
  });

  test("the first password is set by keyboard, and the code is what was printed", async () => {
    await lookAt(session, "/welcome");
    const { page, wrong } = await openPage(session, "/library");
    assert.equal(new URL(page.url()).pathname, "/welcome");
    const [code = ""] = /\S+$/.exec(printed[0] ?? "") ?? [];
    await page.getByLabel("Set-up code").focus();
    for (const text of [code.toLowerCase(), PASSWORD, PASSWORD]) {
      await page.keyboard.type(text);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(`${session.base}/`);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("a token is made and shown once, and everything there is may be looked at", async () => {
    access.makeToken("watcher on the NAS", "operate", null);
    access.makeToken(
      "a name that is as long as a name may be, with a <b>tag</b>, until it ends he",
      "read",
      1,
    );
    const { page, wrong } = await openPage(session, "/access");
    await page.getByLabel("What it is for").fill("Sonarr");
    await page.getByLabel("What it may").selectOption("read");
    await page.getByRole("button", { name: "Make a token" }).click();
    const token = (await page.locator(".secret").textContent()) ?? "";
    assert.equal(access.tokenOf(token)?.scope, "read");
    assert.deepEqual(wrong, []);
    await page.close();
    await lookAt(session, "/access");
    await setPassword(store, { password: PASSWORD, again: PASSWORD }, Date.now());
    await lookAt(session, "/login?next=/library");
  });

  test("without scripts one logs in, is told what was wrong, and logs out", async () => {
    const browser = session.context.browser();
    assert.ok(browser);
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const page = await plain.newPage();
    await page.goto(`${session.base}/queue`);
    await page.getByLabel("Password").fill("not this one");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    assert.match(
      (await page.getByRole("alert").textContent()) ?? "",
      /The password is not right\..*cvc password/,
    );
    await page.getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${session.base}/queue`);
    await page.getByRole("link", { name: "Access" }).click();
    await page.getByText("this one").waitFor();
    await page.getByRole("button", { name: "Log out", exact: true }).click();
    await page.waitForURL(`${session.base}/login`);
    await plain.close();
  });

  test("a page whose session ended goes to the login when it next asks", async () => {
    const { page } = await openPage(session, "/login?next=/library");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${session.base}/library`);
    store.endSessionsBut(null);
    await page.getByRole("button", { name: "Rescan" }).first().click();
    await until(async () => new URL(page.url()).pathname === "/login");
    await page.close();
  });
});
