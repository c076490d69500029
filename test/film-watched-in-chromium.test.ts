/** A real film that was converted: watched, and compared with its original, on its page in a real Chromium. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { buildServer } from "../src/apps/http/server.ts";
import { findChromium, openChromium } from "./support/chromium.ts";
import { putClip } from "./support/clips.ts";
import { type House, newHouse } from "./support/orchestrator.ts";
import { lookAt, openPage, type Session, skip, until } from "./support/page.ts";

type Watched = Pick<Session, "context" | "base"> & {
  readonly house: House;
  readonly close: () => Promise<void>;
};

/** A house whose films are being converted, its server, and a Chromium. */
const openWatched = async (): Promise<Watched> => {
  const folder = mkdtempSync(join(tmpdir(), "cvc-test-"));
  const house = newHouse({ after: () => {} }, { root: join(folder, "films"), data: join(folder, "data") });
  await putClip("subtitled", join(house.root, "Subtitled.mkv"));
  await putClip("long", join(house.root, "Long.avi"));
  const app = buildServer(await house.start());
  const base = await app.listen({ port: 0, host: "127.0.0.1" });
  const browser = await openChromium(findChromium() ?? "");
  const close = async (): Promise<void> => {
    await browser.close();
    await app.close();
    await house.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { base, house, context: browser.context, close };
};

/** What the player of a page says. */
const asked = (page: Page, what: string): Promise<unknown> =>
  page.evaluate(`((player) => ${what})(document.getElementById("player"))`);

describe("a film that was converted, on its page", { skip }, () => {
  let the: Watched;
  before(async () => {
    the = await openWatched();
  });
  after(async () => the.close());

  test("it plays and shows our subtitles, and goes on while its page follows a change", async () => {
    const film = await the.house.becomes("Subtitled.mkv", "Completed");
    const { page, wrong } = await openPage(the, `/library/${film.id}`);
    await asked(page, "{ player.muted = player.loop = player.kept = true; void player.play(); }");
    await until(async () => Number(await asked(page, "player.currentTime")) > 0.2);
    await asked(page, "{ player.textTracks[0].mode = 'showing'; }");
    await until(async () => Number(await asked(page, "player.textTracks[0].cues?.length ?? 0")) === 1);
    assert.deepEqual(
      await asked(
        page,
        "[player.textTracks[0].label, player.textTracks[0].language, player.textTracks[0].cues[0].text]",
      ),
      ["English", "en", "Good evening."],
    );
    const { store, pictures } = the.house.now();
    const data = { from: "Old <b>.mkv" };
    store.events.append({ at: Date.now(), assetId: film.id, kind: "moved", path: film.path, data });
    // Its pictures are told of one by one, and with them what else changed.
    pictures.start(film);
    await page.locator(".history", { hasText: "Moved or renamedOld <b>.mkv" }).waitFor();
    await page.locator(".pair-1 img").first().waitFor();
    assert.equal(
      await asked(page, "player.kept === true && !player.paused"),
      true,
      "the player is the same and plays",
    );
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("pictures are compared by a button; the line between them is drawn, by keyboard too", async () => {
    const film = await the.house.becomes("Long.avi", "Completed");
    const { page, wrong } = await openPage(the, `/library/${film.id}`);
    await page.getByRole("button", { name: "Compare pictures" }).click();
    await page.locator(".pair-1 img").first().waitFor();
    assert.equal(await page.locator(".moment").count(), 5);
    assert.equal(await page.locator(".pair:visible").count(), 1);
    await page.getByRole("radio").nth(3).check();
    const loaded =
      "[...document.querySelectorAll('.pair-4 img')].filter((each) => each.naturalWidth > 0).length";
    await until(async () => (await page.evaluate(loaded)) === 2);
    const line = page.locator(".pair-4 .wipe");
    await line.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    const at = "document.querySelector('.pair-4').style.getPropertyValue('--at')";
    assert.equal(await page.evaluate(at), "1%");
    // A change of the film replaces what changed, and not the comparison.
    const { store } = the.house.now();
    store.events.append({ at: Date.now(), assetId: film.id, kind: "moved", path: film.path, data: {} });
    await page.evaluate(
      `htmx.trigger("#film-side", "sse:row-${film.id}"); htmx.trigger("#film-pictures", "sse:row-${film.id}")`,
    );
    await page.locator(".history", { hasText: "Moved or renamed" }).waitFor();
    assert.equal(await page.evaluate(at), "1%", "the line stands where it was");
    await page.reload();
    assert.equal(await page.locator(".moment").count(), 5, "it is kept");
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("a file that is away is told by the player", async () => {
    const film = await the.house.becomes("Subtitled.mkv", "Completed");
    const { page } = await openPage(the, `/library/${film.id}`);
    await asked(page, "{ player.src = '/api/assets/9999/video'; }");
    await page.getByText("This browser cannot play it, or the file is away.").waitFor();
    await page.close();
  });

  test("fits wide and narrow, in light and dark", async () => {
    for (const name of ["Long.avi", "Subtitled.mkv"]) {
      const { id } = await the.house.becomes(name, "Completed");
      await lookAt(the, `/library/${id}`);
    }
  });
});
