/** The page of the queue: as it is sent, and in a real Chromium by buttons, keys and dragging. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { TestControl } from "./support/control.ts";
import { addFilm } from "./support/control.ts";
import { HOSTILE_MARKUP } from "./support/films.ts";
import { lookAt, openPage, openSession, part, type Session, skip, until } from "./support/page.ts";
import { FORM, film, reader, suite } from "./support/server.ts";

/** Films that wait for an encode, `Film 01` the shortest and so the first. */
const addEncodes = (control: TestControl, count: number): void => {
  control.store.transaction(() => {
    for (let at = 1; at <= count; at++) {
      const path = `Film ${String(at).padStart(2, "0")}.mkv`;
      const { id } = addFilm(control, { path, kind: "picture", events: ["assessed-needs-work"] }, Date.now());
      control.store.assets.touch(id, { playingSeconds: at });
    }
  });
};

const places = (body: string): readonly (readonly string[])[] =>
  [...body.matchAll(/<\/span>(\d+)<\/span>\s*<div class="place-film"><a [^>]*title="([^"]*)"/g)].map((each) =>
    each.slice(1),
  );

suite("the page of the queue", (the) => {
  const read = reader(the);

  test("counts what waits as every page does, and names each lane's work and its free places", async () => {
    const { control } = the();
    const { Queued } = control.store.assets.counts().state;
    const body = await read("/queue");
    assert.match(body, new RegExp(`<h1 class="truth">${Queued} films wait</h1>`));
    assert.match(body, /Encodes <span class="muted">1 of 1 place in work[\s\S]*Arrival \(2016\)/);
    assert.match(body, /2 free places: the next film is begun/);
    assert.match(body, /aria-current="page">Queue</);
  });

  test("shows a lane in its order, the least work first, each with its work, its size and its time", async () => {
    const encodes = await read("/queue?lane=encodes");
    assert.deepEqual(
      places(encodes).map(([place, path]) => `${place} ${path?.split("/").at(-1)}`),
      ["1 clip 60fps.mp4", "2 Heat.mkv"],
    );
    assert.match(
      encodes,
      /encode the picture[\s\S]*22\.3 GB<\/data><\/span><span class="under">60 min to 8 h/,
    );
    const copies = await read("/queue?lane=copies");
    assert.deepEqual(
      places(copies).map(([place]) => place),
      ["1", "2"],
    );
    assert.ok(copies.includes("&lt;img src=x"));
    assert.doesNotMatch(copies, /<img/);
    assert.equal((await the().app.inject("/queue?lane=fast")).statusCode, 400);
  });
});

suite("what is done to the queue by forms", (the) => {
  const read = reader(the);

  test("is held with a reason and resumed by forms, and the front page says so too", async () => {
    const { app, control } = the();
    const post = (url: string, payload = "") =>
      app.inject({
        method: "POST",
        url,
        payload,
        headers: { ...FORM, referer: "http://localhost:9000/queue?lane=copies" },
      });
    const held = await post("/queue/pause", "reason=film+<night>");
    assert.equal(held.headers.location, "/queue?lane=copies&done=pause");
    for (const url of ["/queue", "/"])
      assert.match(
        await read(url),
        /The queue is paused \(film &lt;night&gt;\)[\s\S]*action="\/queue\/resume"/,
      );
    assert.match(await read("/queue"), /2 free places: paused/);
    assert.doesNotMatch(await read("/queue"), /formaction="\/queue\/pause"/);
    await post("/queue/resume");
    assert.equal(control.hold().kind, "running");
    assert.match(await read("/queue"), /formaction="\/queue\/drain"/);
  });

  test("a film moves by a form without scripts, and comes back to the page it stood on", async () => {
    const { app, films } = the();
    const { id } = film(films, "Heat");
    const answer = await app.inject({
      method: "POST",
      url: `/priority/${id}`,
      payload: "where=first",
      headers: { ...FORM, referer: "http://localhost:9000/queue?lane=encodes" },
    });
    assert.equal(answer.headers.location, "/queue?lane=encodes&done=priority");
    assert.match(places(await read("/queue?lane=encodes"))[0]?.[1] ?? "", /Heat/);
    const back = await app.inject({ method: "POST", url: `/queue/move/${id}`, payload: { steps: 1 } });
    assert.equal(back.json().asset.id, id);
    assert.match(places(await read("/queue?lane=encodes"))[1]?.[1] ?? "", /Heat/);
    for (const steps of [50, -50, 0, "x"])
      assert.equal(
        (await app.inject({ method: "POST", url: `/queue/move/${id}`, payload: { steps } })).statusCode,
        400,
      );
    const running = await app.inject({
      method: "POST",
      url: `/queue/move/${film(films, "Arrival").id}`,
      payload: { steps: 1 },
    });
    assert.equal(running.statusCode, 409);
  });
});

suite("a long queue", (the) => {
  const read = reader(the);

  test("pages of fifty count on", async () => {
    addEncodes(the().control, 60);
    const body = await read("/queue?lane=encodes");
    assert.equal(places(body).length, 50);
    assert.match(body, /1 to 50/);
    const next = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const rest = await read(next);
    assert.deepEqual([places(rest).length, places(rest)[0]?.[0], places(rest).at(-1)?.[0]], [12, "51", "62"]);
    assert.match(rest, /51 to 62/);
    assert.ok(rest.includes(`hx-get="${next.replace("/queue", "/queue/list").replaceAll("&", "&amp;")}"`));
  });

  test("a film that is tried again later says when", async () => {
    const { control, films } = the();
    control.say({ waiting: { code: "gpu-failed", sentence: "No card <here>." } });
    assert.match(await read("/queue?lane=encodes"), /place-waits">No card &lt;here&gt;\./);
    control.say({ waiting: null });
    assert.doesNotMatch(await read("/queue?lane=encodes"), /place-waits/);
    assert.ok(film(films, HOSTILE_MARKUP));
  });
});

describe("the queue in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
    addEncodes(session.control, 6);
  });
  after(async () => session.close());

  const order = async (page: Page): Promise<readonly string[]> =>
    page
      .locator(".place-film a")
      .evaluateAll((all) => all.map((each) => each.getAttribute("title") ?? ""))
      // A button that was pressed before its script was there leads to the page anew, where it is read again.
      .catch((thrown: unknown) => {
        if (/context was destroyed/.test(String(thrown))) return [];
        throw thrown;
      });
  const comesTo = async (page: Page, ...first: readonly string[]): Promise<void> =>
    until(async () => (await order(page)).slice(0, first.length).join() === first.join());

  test("is looked at while it runs and while it is held", async () => {
    session.control.setProgress(part(session.films, "Arrival").id, {
      ...{ phase: "converting", encoder: "libx264", percent: 34, fps: 20, speed: 0.8, etaSeconds: 4000 },
      ...{ outTimeSeconds: 1, bytes: 1 },
    });
    await lookAt(session, "/queue");
    session.control.pauseQueue("film night", "page");
    await lookAt(session, "/queue?lane=copies");
    session.control.resumeQueue();
  });

  test("films are moved by buttons, by keys and by dragging, and the handle keeps the focus", async () => {
    const { page, wrong } = await openPage(session, "/queue?lane=encodes");
    await page.setViewportSize({ width: 1440, height: 1300 });
    await comesTo(page, "Film 01.mkv", "Film 02.mkv", "Film 03.mkv");
    await page.getByRole("button", { name: "To the front: Film 03.mkv" }).click();
    await comesTo(page, "Film 03.mkv", "Film 01.mkv", "Film 02.mkv");

    const grip = page.getByRole("button", { name: "Move Film 02.mkv" });
    await grip.focus();
    await page.keyboard.press("ArrowUp");
    await comesTo(page, "Film 03.mkv", "Film 02.mkv", "Film 01.mkv");
    await until(async () => grip.evaluate((each) => each === each.ownerDocument.activeElement));
    await page.keyboard.press("ArrowDown");
    await comesTo(page, "Film 03.mkv", "Film 01.mkv", "Film 02.mkv");

    const [from, to] = [
      page.getByRole("button", { name: "Move Film 05.mkv" }),
      page.locator(".place").first(),
    ];
    await from.dragTo(to, { targetPosition: { x: 40, y: 4 } });
    await comesTo(page, "Film 05.mkv", "Film 03.mkv", "Film 01.mkv", "Film 02.mkv", "Film 04.mkv");
    await until(async () => {
      const { assets } = session.control.store.queue.page(
        { works: ["video"], now: Date.now() },
        { limit: 3 },
      );
      return assets.map(({ path }) => path).join() === "Film 05.mkv,Film 03.mkv,Film 01.mkv";
    });
    await page.locator(".notice-done", { hasText: "another place" }).waitFor();
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("it is paused with a reason and resumed, without a reload", async () => {
    const { page, wrong } = await openPage(session, "/queue");
    await page.fill("#reason", "the baby sleeps");
    await page.click("#pause");
    await page.locator(".banner", { hasText: "paused (the baby sleeps)" }).waitFor();
    await until(async () => /^\d+ % · Queue/.test(await page.title()));
    await page.click("#resume");
    await page.locator("#pause").waitFor();
    assert.equal(session.control.hold().kind, "running");
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("a film that is kept as it is leaves the line", async () => {
    const { page, wrong } = await openPage(session, "/queue?lane=encodes");
    await page.getByRole("button", { name: "Keep as it is: Film 06.mkv" }).click();
    await until(async () => !(await order(page)).includes("Film 06.mkv"));
    await page.locator(".truth", { hasText: "1 of them waits for you" }).waitFor();
    assert.deepEqual(wrong, []);
    await page.close();
  });
});
