/** The page of one film in a real Chromium. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { JobProgress } from "../src/apps/control.ts";
import { lookAt, openPage, openSession, part, type Session, skip, until } from "./support/page.ts";

const points = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    seconds: at * 30 + 1,
    speed: 2 + Math.sin(at / 5) / 2,
    fps: 48 + 12 * Math.sin(at / 5),
    bitrateBps: 3_000_000 + 800_000 * Math.sin(at / 3),
    degrees: 55 + Math.round(at / 10),
  }));

const progress: JobProgress = {
  phase: "converting",
  encoder: "h264_nvenc",
  percent: 41,
  fps: 51,
  speed: 2.1,
  etaSeconds: 2400,
  outTimeSeconds: 2214,
  bytes: 900_000_000,
};

describe("the page of a film in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(async () => session.close());

  const run = (count: number, text: string): number => {
    const { id } = part(session.films, "Arrival");
    const command = session.control.explain(part(session.films, "Heat"))?.command ?? [];
    session.control.setLog(id, { command, text, pace: points(count) });
    return id;
  };

  test("fits wide and narrow, in light and dark, at rest and at work", async () => {
    const id = run(90, "[h264 @ 0x55] [warning] mmco: unref short failure\n".repeat(12));
    session.control.setProgress(id, progress);
    for (const each of ["Arrival", "Heat", "clip 60fps", "Ikiru", "Severance S01E01", "סרט"])
      await lookAt(session, `/library/${part(session.films, each).id}`);
  });

  test("follows its job: the graph grows, the log ends with what was said last, and what is open stays open", async () => {
    const id = run(10, "first line\n");
    session.control.setProgress(id, progress);
    const { page, wrong } = await openPage(session, `/library/${id}`);
    assert.equal(await page.locator("#job-graphs canvas").count(), 4);
    await page.locator("#job-details summary").click();
    await page.locator("#job-rows tbody tr").nth(9).waitFor();
    run(11, "first line\nsecond <b>line</b>\n");
    session.control.setProgress(id, { ...progress, phase: "verifying", percent: 99 });
    await page.locator("#job-log", { hasText: "second <b>line</b>" }).waitFor();
    await page.locator(".step-now", { hasText: "Checking the result" }).waitFor();
    assert.equal(await page.locator("#job-rows tbody tr").count(), 11);
    assert.equal(
      await page.locator("#job-graphs canvas").count(),
      4,
      "no graph was drawn beside the old ones",
    );
    assert.equal(await page.locator("#job-details").getAttribute("open"), "");
    session.control.setLog(id, null);
    session.control.store.assets.apply(id, "published-kept", {
      now: Date.now(),
      token: `token-${id}`,
      resultBytes: 2e9,
    });
    session.control.tell({ kind: "asset", assetId: id });
    await page.locator(".film-state .state-completed").waitFor();
    await until(async () => (await page.locator("#film-job").innerHTML()) === "");
    assert.match((await page.locator(".gain").textContent()) ?? "", /41\.0 GB → 2\.0 GB95 % smaller/);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("copies the command, by the clipboard or by selecting it", async () => {
    const { page, wrong } = await openPage(session, `/library/${part(session.films, "Heat").id}`);
    const command = (await page.locator("#film-command").textContent()) ?? "";
    await session.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const button = page.getByRole("button", { name: "Copy" });
    await button.click();
    await page.getByText("Copied").waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), command);

    await page.evaluate("navigator.clipboard.writeText('')");
    await page.evaluate(
      "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })",
    );
    await button.click();
    await until(async () => (await page.evaluate("getSelection().toString()")) !== "");
    assert.equal(await page.evaluate("getSelection().toString()"), command);
    assert.deepEqual(wrong, []);
    await page.close();
  });
});
