/** The library's page: views, menus, orders, shows, and one action for many films, with and without scripts. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { FILMS } from "./support/films.ts";
import { lookAt, openPage, openSession, part, type Session, skip, until } from "./support/page.ts";
import { film, suite } from "./support/server.ts";

const browser = { host: "localhost:9000", accept: "text/html" };
const form = { ...browser, "content-type": "application/x-www-form-urlencoded" };

const asking = (the: () => { readonly app: FastifyInstance }) => ({
  page: async (url: string): Promise<string> => {
    const response = await the().app.inject({ url, headers: browser });
    assert.equal(response.statusCode, 200, `${url}: ${response.body.slice(0, 300)}`);
    return response.body;
  },
  rows: (body: string): number => body.split('<tr id="row-').length - 1,
  /** Name and number of each option of a menu. */
  menu: (body: string, name: string): readonly (readonly [string, number])[] => {
    const [, options = ""] = new RegExp(`<select id="${name}"[^>]*>(.*?)</select>`, "s").exec(body) ?? [];
    return [...options.matchAll(/<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)/g)].map(
      ([, value = "", films]) => [value, Number(films)] as const,
    );
  },
});

suite("the list by HTTP", (the) => {
  const { page, rows, menu } = asking(the);

  test("every number of a menu is the number of films that it leads to", async () => {
    const body = await page("/library");
    let numbers = 0;
    for (const name of [
      "library",
      "verdict",
      "work",
      "reason",
      "codec",
      "resolution",
      "hdr",
      "audio",
      "channels",
      "subtitles",
      "container",
      "problem",
    ])
      for (const [value, films] of menu(body, name)) {
        assert.equal(rows(await page(`/library?${name}=${value}`)), films, `${name} ${value}`);
        numbers++;
      }
    assert.ok(numbers > 20, `${numbers}`);
    const within = await page("/library?state=Completed");
    for (const [value, films] of menu(within, "codec"))
      assert.equal(rows(await page(`/library?state=Completed&codec=${value}`)), films);
  });

  test("every number of a view and of a state is the number of films that it leads to", async () => {
    const body = await page("/library?library=movies");
    const [, nav = ""] = /<nav id="views"(.*?)<\/nav>/s.exec(body) ?? [];
    const [, chips = ""] = /<nav class="chips"(.*?)<\/nav>/s.exec(body) ?? [];
    const links = [...`${nav}${chips}`.matchAll(/href="([^"]+)"[^>]*>[^<]*<span class="count">(\d+)</g)];
    assert.equal(links.length, 6 + 7);
    for (const [, url = "", films] of links)
      assert.equal(rows(await page(url.replaceAll("&amp;", "&"))), Number(films), url);
  });

  test("each heading sorts, and turns the order around when pressed again", async () => {
    const body = await page("/library?sort=size");
    assert.match(body, /aria-sort="descending"><a href="\/library\?sort=size&amp;order=asc"/);
    const names = (text: string) =>
      [...text.matchAll(/class="under file"><bdi>([^<]+)</g)].map((each) => each[1]);
    const [down, up] = [names(body), names(await page("/library?sort=size&order=asc"))];
    assert.equal(down[0]?.startsWith("Arrival"), true);
    assert.equal(up.at(-1), down[0]);
    for (const [, url = ""] of body.matchAll(/<th class="cell-\w+"[^>]*><a href="([^"]+)"/g))
      assert.equal(rows(await page(url.replaceAll("&amp;", "&"))), FILMS.length, url);
  });
});

suite("rows, shows and the API", (the) => {
  const { page, rows } = asking(the);
  test("a row has title, year, verdict of each device and sizes", async () => {
    const { films } = the();
    const [, row = ""] =
      new RegExp(`<tr id="row-${film(films, "Heat").id}"(.*?)</tr>`, "s").exec(await page("/library")) ?? [];
    assert.match(row, /<bdi>Heat<\/bdi>/);
    assert.match(row, /class="cell-year">1995</);
    assert.match(row, /Chromecast 2<span class="visually-hidden"> does not play it/);
    assert.match(row, /class="cell-size"><data value="\d+">22\.3 GB<.*≈ <data value="\d+">\d/s);
    assert.match(row, /encode the picture/);
  });

  test("shows lead to their seasons, and those to their films", async () => {
    const body = await page("/library?group=show");
    assert.match(body, /Severance<\/bdi><\/a><span class="under">2 films/);
    const [, url = ""] = /<a href="([^"]+)">Season 1/.exec(body) ?? [];
    const season = await page(url.replaceAll("&amp;", "&"));
    assert.equal(rows(season), 2);
    assert.match(season, /S01<|S01E01/);
    assert.doesNotMatch(await page("/library?group=show&state=Failed"), /Severance/);
  });

  test("what is no filter is refused in words", async () => {
    const { app } = the();
    for (const query of [
      "hdr=bright",
      "resolution=4k",
      "order=up",
      "season=x",
      "group=year",
      "verdict=maybe",
    ])
      assert.equal((await app.inject(`/library?${query}`)).statusCode, 400, query);
  });

  test("the API lists by the same filters and orders", async () => {
    const { app } = the();
    const ask = async (query: string) => (await app.inject(`/api/assets?${query}`)).json();
    assert.deepEqual(
      [(await ask("codec=hevc")).total, (await ask("hdr=sdr&container=matroska&verdict=no")).total],
      [2, 4],
    );
    const paths = (await ask("sort=title&order=desc&limit=200")).assets.map(
      (each: { path: string }) => each.path,
    );
    assert.deepEqual(
      paths.toReversed(),
      (await ask("sort=title&limit=200")).assets.map((each: { path: string }) => each.path),
    );
    assert.deepEqual(
      (await ask("q=sever%20s01&sort=title")).assets.map((each: { show: string; episode: string }) => [
        each.show,
        each.episode,
      ]),
      [
        ["Severance", "S01E01"],
        ["Severance", "S01E02"],
      ],
    );
  });
});

suite("one action for many", (the) => {
  const ask = (url: string) => the().app.inject({ url, headers: browser });
  const send = (payload: string) =>
    the().app.inject({ method: "POST", url: "/library/bulk", headers: form, payload });

  test("is asked first, with the count, and does nothing by itself", async () => {
    const { control } = the();
    const before = control.store.assets.counts();
    const { body } = await ask("/library/bulk?action=reprocess&library=movies");
    assert.match(body, /<h1>Re-process 11 films\?/);
    assert.match(body, /Processing<\/span> 1 <span class="muted">left as they are/);
    assert.match(body, /Library: movies/);
    assert.deepEqual(control.store.assets.counts(), before);
  });

  test("is asked again when other films match by then, and then done, with the reason of each refusal", async () => {
    const { control, films } = the();
    const { body } = await send("action=reprocess&state=Completed&confirmed=1");
    assert.match(body, /<h1>Re-process 6 films\?/);
    assert.equal(control.store.assets.counts().state.Completed, 6);
    const ids = [film(films, "Alien").id, film(films, "Arrival").id];
    const done = await send(`action=reprocess&ids=${ids[0]}&ids=${ids[1]}&confirmed=2`);
    assert.match(done.body, /<h1>1 film is in the queue again\.<\/h1>/);
    assert.match(done.body, /A film that is Processing cannot be reprocess/);
    assert.match(done.body, new RegExp(`<a href="/library/${ids[1]}">`));
    assert.equal(control.store.assets.byId(ids[0] ?? 0)?.state, "Queued");
    const stopped = await send(`action=cancel&state=Processing&confirmed=1`);
    assert.match(stopped.body, /1 film is taken out of the work/);
    const back = await send("action=restore&state=Archived&confirmed=1");
    assert.match(back.body, /1 film is being brought back/);
  });

  test("needs an action that there is", async () => {
    assert.equal((await ask("/library/bulk?action=delete")).statusCode, 400);
    assert.equal((await send("action=reprocess&ids=x")).statusCode, 400);
    const question = await ask("/library/bulk?action=restore&state=Failed");
    assert.match(question.body, /disabled/);
  });
});

describe("the list in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(async () => session.close());

  test("fits wide and narrow, in light and dark", async () => {
    const id = part(session.films, "Heat").id;
    for (const path of [
      "/library?codec=hevc&q=a",
      "/library?group=show",
      "/library?show=Severance&season=1",
      `/library/bulk?action=reprocess&ids=${id}`,
    ])
      await lookAt(session, path);
  });

  test("menus follow each other, focus stays, and the address says it all", async () => {
    const { page, wrong } = await openPage(session, "/library");
    await page.locator(".more summary").click();
    await page.locator("#codec").focus();
    await page.selectOption("#codec", "hevc");
    await until(async () => (await page.locator("tbody tr").count()) === 2);
    assert.match(page.url(), /codec=hevc/);
    assert.match((await page.locator("#resolution").textContent()) ?? "", /2160p \(2\)/);
    assert.doesNotMatch((await page.locator("#resolution").textContent()) ?? "", /1080p/);
    assert.equal(await page.locator("#codec:focus").count(), 1);
    await page.getByRole("link", { name: "Without Video codec" }).click();
    await until(async () => (await page.locator("tbody tr").count()) === FILMS.length);
    await page.getByRole("link", { name: "Film", exact: true }).first().press("Enter");
    await page.waitForURL(/order=desc/);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("chosen films stay chosen while their rows change, and are what is asked about", async () => {
    const { control, films } = session;
    const { page, wrong } = await openPage(session, "/library");
    const [one, two] = [part(films, "Alien"), part(films, "M.mp4")];
    assert.ok(await page.getByText(`With all ${FILMS.length} films of this list`).isVisible());
    for (const { id } of [one, two]) await page.locator(`#pick-${id}`).check();
    assert.ok(await page.getByText("With the films you chose").isVisible());
    control.store.assets.apply(one.id, "reprocess", { now: Date.now() });
    control.tell({ kind: "asset", assetId: one.id });
    await page.locator(`#row-${one.id} .state-queued`).waitFor();
    assert.ok(await page.locator(`#pick-${one.id}`).isChecked());
    await page.getByRole("button", { name: "Re-process…" }).click();
    await page.getByRole("heading", { name: "Re-process 2 films?" }).waitFor();
    await page.getByRole("button", { name: "Re-process: 2 films" }).click();
    await page.getByRole("heading", { name: "2 films are in the queue again." }).waitFor();
    assert.equal(control.store.assets.byId(two.id)?.state, "Queued");
    assert.deepEqual(wrong, []);
    await page.close();
  });
});
