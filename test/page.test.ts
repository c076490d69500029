import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { FastifyInstance } from "fastify";
import type { BrowserContext, Page } from "playwright-core";
import { buildServer } from "../src/apps/http/server.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { findChromium, openChromium } from "./support/chromium.ts";
import { addFilm, fillLibrary, openTestControl, type TestControl } from "./support/control.ts";
import { FILMS, HOSTILE_MARKUP, HOSTILE_QUOTES, HOSTILE_RTL } from "./support/films.ts";
import { tempFolder } from "./support/temp.ts";

const executablePath = findChromium();
const WAIT_MS = 20_000;

type Session = {
  readonly app: FastifyInstance;
  readonly base: string;
  readonly control: TestControl;
  readonly context: BrowserContext;
  readonly films: ReadonlyMap<string, Asset>;
  readonly close: () => Promise<void>;
};

const open = async (executable: string): Promise<Session> => {
  const { control, close: closeStore } = openTestControl(tempFolder({ after }));
  const films = fillLibrary(control, Date.now());
  const app = buildServer(control);
  const base = await app.listen({ port: 0, host: "127.0.0.1" });
  const { context, close: closeBrowser } = await openChromium(executable);
  const close = async (): Promise<void> => {
    await closeBrowser();
    await app.close();
    closeStore();
  };
  return { app, base, control, context, films, close };
};

/** A page that fails the test when a script throws, the policy is broken, or anything is asked of another host. */
const openPage = async (
  { context, base }: Session,
  path: string,
): Promise<{ page: Page; wrong: string[] }> => {
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    // A refused form is an answer with a status, which Chromium reports as an error of its own.
    if (message.type() === "error" && !/\b409\b/.test(message.text())) wrong.push(message.text());
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) wrong.push(request.url());
  });
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(base + path);
  return { page, wrong };
};

const rowOf = (page: Page, asset: Asset | undefined) => page.locator(`#row-${asset?.id}`);
const part = (films: Session["films"], text: string): Asset => {
  const found = [...films.values()].find((each) => each.path.includes(text));
  assert.ok(found);
  return found;
};

/** Scripts made of text, which waitForFunction uses, are against the page's policy. */
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  for (let left = WAIT_MS; !(await isSo()); left -= 50) {
    assert.ok(left > 0, "it did not come");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const skip = executablePath === null ? "no chromium is installed" : false;

describe("the library in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await open(executablePath ?? "");
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

  test("hostile names are text: nothing runs, nothing turns around", async () => {
    const { page, wrong } = await openPage(session, "/library");
    for (const path of [HOSTILE_MARKUP, HOSTILE_QUOTES, HOSTILE_RTL]) {
      const row = rowOf(page, session.films.get(path));
      const text = await row.locator(".cell-film a").textContent();
      assert.equal(text, path.replaceAll(/[\n\u202e]/g, "\uFFFD"));
      await row.locator(".cell-film a").click();
      assert.equal(await page.locator("h1").textContent(), text);
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

  test("fits 360 pixels, in light and dark", async () => {
    const { page, wrong } = await openPage(session, "/library");
    await page.setViewportSize({ width: 360, height: 740 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-bs-theme=${colorScheme}]`).waitFor();
      for (const path of ["/library", `/library/${part(session.films, "Arrival").id}`]) {
        await page.goto(session.base + path);
        assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= 360, path);
      }
    }
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

describe("the page, live", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await open(executablePath ?? "");
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
    assert.match((await row.textContent()) ?? "", /41.0 GB → 2.0 GB/);
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
