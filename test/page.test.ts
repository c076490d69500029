import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { addFilm } from "./support/control.ts";
import { FILMS, HOSTILE_MARKUP, HOSTILE_QUOTES, HOSTILE_RTL } from "./support/films.ts";
import { lookAt, openPage, openSession, part, type Session, skip, until } from "./support/page.ts";

const rowOf = (page: Page, asset: Asset | undefined) => page.locator(`#row-${asset?.id}`);

describe("the library in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(async () => session.close());

  test("shows every film with its state, and the same counts everywhere", async () => {
    const { page, wrong } = await openPage(session, "/library");
    assert.equal(await page.locator("tbody tr").count(), FILMS.length);
    assert.match(
      (await page.locator("h1").textContent()) ?? "",
      /^7 of 14 films play on your Chromecast; 1 is being/,
    );
    for (const state of ["New", "Queued", "Processing", "Completed", "Failed", "Archived"]) {
      const shown = await page.locator(`tbody .state-${state.toLowerCase()}`).count();
      const chip = await page.locator(`#chip-${state.toLowerCase()} .count`).textContent();
      assert.equal(chip, String(shown), state);
    }
    await page.click("#chip-failed");
    await page.waitForURL(/state=Failed/);
    assert.equal(await page.locator("tbody tr").count(), 1);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("on a phone the section that is open is in view in the header", async () => {
    const { page, wrong } = await openPage(session, "/library");
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ["/", "/stats", "/archive"]) {
      await page.goto(session.base + path);
      const nav = await page.locator(".sections").boundingBox();
      const current = await page.locator(".sections [aria-current]").boundingBox();
      assert.ok(nav && current, path);
      assert.ok(current.x >= nav.x - 1, `${path}: begins at ${current.x}, its bar at ${nav.x}`);
      assert.ok(current.x + current.width <= nav.x + nav.width + 1, `${path}: ends at ${current.x}`);
    }
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("hostile names are text: nothing runs, nothing turns around", async () => {
    const { page, wrong } = await openPage(session, "/library");
    for (const path of [HOSTILE_MARKUP, HOSTILE_QUOTES, HOSTILE_RTL]) {
      const row = rowOf(page, session.films.get(path));
      const text = await row.locator(".cell-film .file").textContent();
      assert.equal(text, path.replaceAll(/[\n\u202e]/g, "\uFFFD"));
      await row.locator(".cell-film a").click();
      const place = (await page.locator(".film-head p").first().textContent()) ?? "";
      assert.ok(place.endsWith(` / ${text}`), place);
      await page.goBack();
    }
    assert.equal(await page.locator("img").count(), 0);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("the list follows what is typed, and the address with it", async () => {
    const { page, wrong } = await openPage(session, "/library");
    await page.fill("#q", "severance");
    await until(async () => (await page.locator("tbody tr").count()) === 2);
    assert.match(page.url(), /q=severance/);
    await page.selectOption("#work", "audio");
    await until(async () => (await page.locator("tbody tr").count()) === 1);
    await page.reload();
    assert.equal(await page.locator("tbody tr").count(), 1);
    assert.equal(await page.inputValue("#q"), "severance");
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("works without scripts", async () => {
    const page = await session.context.newPage();
    await page.route("**/*.js", (route) => route.abort());
    const bad = part(session.films, "Ikiru");
    await page.goto(`${session.base}/library?state=Failed`);
    await rowOf(page, bad).locator("button").click();
    await page.waitForURL(/done=reprocess/);
    assert.match((await page.locator("#notice").textContent()) ?? "", /in the queue again/);
    assert.equal(session.control.store.assets.byId(bad.id)?.state, "Queued");
    await page.close();
  });
});

describe("the frame of every page", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(async () => session.close());

  test("fits wide and narrow, in light and dark, and every control has a name", async () => {
    const film = `/library/${part(session.films, "Arrival").id}`;
    for (const path of ["/library", film, "/archive", "/restore?all=true"]) await lookAt(session, path);
  });

  test("a person chooses the colours, and has them on the next page too", async () => {
    const { page, wrong } = await openPage(session, "/library");
    await page.emulateMedia({ colorScheme: "light" });
    const theme = async (): Promise<string | null> => page.locator("html").getAttribute("data-bs-theme");
    const button = page.getByRole("button", { name: "Colours" });
    await button.click();
    assert.equal(await theme(), "dark");
    await page.goto(`${session.base}/archive`);
    assert.equal(await theme(), "dark");
    await button.click();
    assert.equal(await theme(), "light");
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await theme(), "light", "the choice stands whatever the system says");
    await page.evaluate("localStorage.clear()");
    assert.deepEqual(wrong, []);
    await page.close();
  });
});

describe("the page, live", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(async () => session.close());
  const progress = { phase: "converting", encoder: "libx264", fps: 50, speed: 2.4, etaSeconds: 90 } as const;

  test("percent, state and counts change by themselves, and new films appear", async () => {
    const { control, films } = session;
    const { page, wrong } = await openPage(session, "/library");
    const job = part(films, "Arrival");
    const row = rowOf(page, job);
    for (const percent of [12, 34]) {
      control.setProgress(job.id, { ...progress, percent, outTimeSeconds: null, bytes: null });
      await row.getByText(`Processing ${percent} %`).waitFor();
      assert.equal(await row.locator("progress").getAttribute("value"), String(percent));
    }
    const before = await page.locator("#chip-processing .count").textContent();
    control.store.assets.apply(job.id, "published-kept", {
      now: Date.now(),
      token: `token-${job.id}`,
      resultBytes: 2_000_000_000,
    });
    control.tell({ kind: "asset", assetId: job.id });
    await row.locator(".state-completed").waitFor();
    assert.equal(await row.locator(".cell-size").textContent(), "41.0 GB");
    assert.equal(await row.locator(".cell-after").textContent(), "2.0 GB");
    await page.locator("#chip-processing .count", { hasText: /^0$/ }).waitFor();
    assert.equal(before, "1");

    const added = addFilm(control, { path: "Zodiac (2007)/Zodiac.mkv" }, Date.now());
    control.tell({ kind: "asset", assetId: added.id });
    await rowOf(page, added).locator(".state-new").waitFor();
    assert.match((await page.locator("h1").textContent()) ?? "", /of 15 films/);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("a button says what it did or why not, and the page stays", async () => {
    const { control, films } = session;
    const { page, wrong } = await openPage(session, "/library?state=Completed");
    const row = rowOf(page, part(films, "Blade Runner"));
    // Another took it meanwhile, and this page has not heard of it: the store alone tells nobody.
    const taken = part(films, "M.mp4").id;
    control.store.assets.apply(taken, "reprocess", { now: Date.now() });
    control.store.assets.apply(taken, "claimed", { now: Date.now(), token: "other" });
    await rowOf(page, part(films, "M.mp4")).locator("button").click();
    await page.locator(".notice-problem", { hasText: "Processing cannot be reprocess" }).waitFor();
    await row.locator("button").click();
    await page.locator(".notice-done", { hasText: "in the queue again" }).waitFor();
    await row.locator(".state-queued").waitFor();
    assert.match(page.url(), /state=Completed/);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("a film's page follows its job, and a banner comes when something waits", async () => {
    const { control, films, base } = session;
    const heat = part(films, "Heat");
    const { page, wrong } = await openPage(session, `/library/${heat.id}`);
    assert.match(
      (await page.locator(".command").textContent()) ?? "",
      /^ffmpeg .*-i 'file:\/films\/movies\/Heat \(1995\)\/Heat.mkv'/s,
    );
    control.store.assets.apply(heat.id, "claimed", { now: Date.now(), token: "t" });
    control.tell({ kind: "asset", assetId: heat.id });
    await page.locator(".film-state .state-processing").waitFor();
    control.setProgress(heat.id, { ...progress, percent: 61, outTimeSeconds: null, bytes: null });
    await page.getByText("Processing 61 %").waitFor();
    await page.getByRole("button", { name: /^Cancel/ }).click();
    await page.locator(".film-state .state-failed").waitFor();

    await page.goto(`${base}/library`);
    assert.equal(await page.locator(".banner").count(), 0);
    control.say({ waiting: { code: "disk-full", sentence: "Encodes wait: the disk is <b>full</b>." } });
    await page.locator(".banner", { hasText: "the disk is <b>full</b>." }).waitFor();
    assert.deepEqual(wrong, []);
    await page.close();
  });
});
