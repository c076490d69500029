/** The page of one film, by its markup. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOSTILE_MARKUP, HOSTILE_QUOTES } from "./support/films.ts";
import { film, suite } from "./support/server.ts";

/** Text as a reader has it. */
const textOf = (body: string): string =>
  body
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

const between = (body: string, from: string, to: string): string => {
  const start = body.indexOf(from);
  assert.ok(start >= 0, from);
  return body.slice(start, body.indexOf(to, start));
};

suite("the page of a film", (the) => {
  const pageOf = async (part: string): Promise<string> =>
    (await the().app.inject(`/library/${film(the().films, part).id}`)).body;

  test("says of each stream what it is, what each device takes, and what will be done", async () => {
    const streams = between(await pageOf("Heat"), "<h2>Streams and plan", "</section>");
    assert.match(textOf(streams), /Encode the picture, \d+ .* to .*, about .*\./);
    const rows = [...streams.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) => textOf(row));
    assert.match(rows[1] ?? "", /Container Matroska \(MKV\)✗Does not take it as it is:MP4.*New MP4/s);
    assert.match(
      rows[2] ?? "",
      /HEVC \(H\.265\), Main 10 5\.0, 3840×2160.*✗Does not take it as it is:H\.264, VP8Encode to H\.264/s,
    );
    assert.match(
      rows[3] ?? "",
      /E-AC-3, 5\.1.*AAC \(LC\), up to 48 kHz, stereoEncode to AAC, LC, stereo, 48 kHz, 192 kb\/saudio codec/s,
    );
    assert.match(rows[4] ?? "", /SubRip.*·Does not ask for it:text from a WebVTT file.*Write beside/s);
  });

  test("is called by the title of the film, with its year or episode, and says which file that is", async () => {
    const head = async (name: string): Promise<string> =>
      textOf(between(await pageOf(name), '<div class="film-head">', "</div>"));
    assert.match(await head("Heat"), /^\s*Heat \(1995\)\s*movies \/ Heat \(1995\) \/ Heat\.mkv/);
    assert.match(await head("S01E02"), /^\s*Severance S01E02\s/);
    assert.match(await pageOf("Heat"), /<title>Heat \(1995\) · /);
  });

  test("says of devices that differ what each of them takes", async () => {
    const streams = between(await pageOf("clip 60fps"), "<h2>Streams and plan", "</section>");
    assert.match(
      textOf(streams),
      /✗Does not take it as it is:Chromecast 2 H\.264 up to level 4\.1, 1080p at 30 fps or/,
    );
    assert.match(textOf(streams), /✓Takes it:Chromecast 3 H\.264 up to level 4\.2, 1080p at 60 fps/);
  });

  test("shows the command that the explanation has, as a shell takes it, for copying", async () => {
    const { control, films } = the();
    const body = await pageOf("Heat");
    const box = textOf(between(body, '<pre class="command" id="film-command"', "</pre>")).replaceAll(
      " \\\n  ",
      " ",
    );
    const command = control.explain(film(films, "Heat"))?.command ?? [];
    assert.ok(command.includes("file:/films/movies/Heat (1995)/Heat.mkv"));
    assert.ok(box.includes("-i 'file:/films/movies/Heat (1995)/Heat.mkv' -map 0:0 "));
    assert.equal(box.split(" ")[0], "ffmpeg");
    assert.match(body, /<button class="btn btn-sm" type="button" data-copies="film-command" hidden>Copy/);
  });

  test("shows the command that runs, its log and its pace, while a job runs", async () => {
    const { app, control, films } = the();
    const { id } = film(films, "Arrival");
    const points = [1, 2, 3].map((seconds) => ({
      seconds,
      speed: seconds / 2,
      fps: 24,
      bitrateBps: 2e6,
      degrees: null,
    }));
    const text = "[warning] first\n[warning] <script>alert(1)</script> \u202egpj.exe\u001b[31m\n";
    control.setLog(id, { command: ["ffmpeg", "-i", "file:/a'b.mkv", "out"], text, pace: points });
    const { body } = await app.inject(`/library/${id}`);
    assert.match(body, /Command that runs/);
    assert.match(textOf(body), /ffmpeg -i 'file:\/a'\\''b\.mkv' out/);
    assert.match(body, /&lt;script&gt;alert\(1\)&lt;\/script&gt; \uFFFDgpj\.exe\uFFFD\[31m/);
    assert.match(
      body,
      /data-pace="\[\[1,2,3\],\[0\.5,1,1\.5\],\[24,24,24\],\[2000000,2000000,2000000\],\[null,null,null\]\]"/,
    );
    const rows = between(body, '<table id="job-rows"', "</table>");
    assert.match(rows, /<th scope="row">0:02<\/th><td>1\.0×<\/td><td>24<\/td><td>2\.0 Mb\/s<\/td>/);
    control.setLog(id, null);
  });
});

suite("the parts and the history of a film", (the) => {
  test("a part is sent again only when it is another; how long ago things were makes no other", async () => {
    const { app, control, films } = the();
    const { id } = film(films, "Casablanca");
    const { body } = await app.inject(`/library/${id}`);
    const urls = [...body.matchAll(/hx-get="(\/library\/\d+\/parts\/[^"]+)"/g)].map((each) =>
      String(each[1]),
    );
    assert.deepEqual(
      urls.map((each) => /parts\/(\w+)/.exec(each)?.[1]),
      ["head", "job", "player", "pictures", "about", "side"],
    );
    for (const url of urls) assert.equal((await app.inject(url)).statusCode, 204, url);
    control.store.assets.apply(id, "claimed", { now: Date.now(), token: "t" });
    const again = await Promise.all(urls.map((url) => app.inject(url)));
    assert.deepEqual(
      again.map((each) => each.statusCode),
      [200, 204, 204, 204, 204, 200],
    );
    assert.match(again[0]?.body ?? "", /^<div id="film-head" hx-get="\/library\/\d+\/parts\/head\?is=/);
    assert.equal((await app.inject(`/library/${id}/parts/other`)).statusCode, 400);
    assert.equal((await app.inject("/library/9999/parts/head")).statusCode, 404);
  });

  test("tells what happened in words, and foreign text in it is only text", async () => {
    const { app, control, films } = the();
    const { id, path } = film(films, HOSTILE_MARKUP);
    const data = { from: "<b>old</b>\u202e.mkv", problem: "disk-full", detail: "<i>/a</i>" };
    control.store.events.append({ at: Date.now(), assetId: id, kind: "moved", path, data });
    control.store.events.append({ at: Date.now(), assetId: id, kind: "toString", path, data: null });
    const { body } = await app.inject(`/library/${id}`);
    const history = between(body, "<h2>History", "</section>");
    assert.match(history, /Needs work/);
    assert.match(history, /<bdi class="under">&lt;b&gt;old&lt;\/b&gt;\uFFFD\.mkv<\/bdi>/);
    assert.match(history, /The disk is full\..*&lt;i&gt;\/a&lt;\/i&gt;/s);
    assert.doesNotMatch(history, /<b>|<i>/);
  });

  test("a hostile name in a command stays in its word", async () => {
    const { app, control, films } = the();
    const { id } = film(films, HOSTILE_QUOTES);
    control.setLog(id, { command: ["ffmpeg", "-i", `file:/films/${HOSTILE_QUOTES}`], text: "", pace: [] });
    const { body } = await app.inject(`/library/${id}`);
    const box = between(body, '<pre class="command" id="film-command"', "</pre>");
    assert.equal(
      textOf(box).slice(textOf(box).indexOf("$'")),
      "$'file:/films/quotes \" \\' `new\\x0aline` \\xe2\\x80\\xaegpj.exe.mkv'",
    );
    control.setLog(id, null);
  });
});

suite("what may be done with a film, on its page", (the) => {
  const buttonsOf = async (part: string): Promise<readonly string[]> => {
    const { body } = await the().app.inject(`/library/${film(the().films, part).id}/parts/head`);
    return [...body.matchAll(/<button id="film-(\w+)-\d+"[^>]*>([^<]+)</g)].map(
      ([, name, label]) => `${name}: ${label}`,
    );
  };
  const post = (part: string, action: string, payload = {}) =>
    the().app.inject({
      method: "POST",
      url: `/${action}/${film(the().films, part).id}`,
      headers: { "hx-request": "true" },
      payload,
    });

  test("is what its state allows, and nothing else", async () => {
    assert.deepEqual(await buttonsOf("S01E02"), ["ignore: Keep as it is"]);
    assert.deepEqual(await buttonsOf("Heat"), ["priority: Convert next", "ignore: Keep as it is"]);
    assert.deepEqual(await buttonsOf("Arrival"), ["cancel: Cancel"]);
    assert.deepEqual(await buttonsOf("Alien"), ["reprocess: Re-process"]);
    assert.deepEqual(await buttonsOf("Ikiru"), ["reprocess: Try again", "ignore: Keep as it is"]);
    assert.deepEqual(await buttonsOf("S01E01"), ["restore: Restore original"]);
  });

  test("has the same words in the list", async () => {
    const { app, films } = the();
    const { body } = await app.inject("/library?limit=200");
    const inList = (path: string): string | undefined =>
      new RegExp(`id="row-reprocess-${film(films, path).id}"[^>]*>([^<]*)<`).exec(body)?.[1];
    for (const path of ["Alien", "Ikiru"])
      assert.equal(`reprocess: ${inList(path)}`, (await buttonsOf(path))[0], path);
  });

  test("a film goes to the front, is kept, and is converted all the same when asked", async () => {
    const { control, films } = the();
    assert.equal((await post("Heat", "priority", { where: "first" })).statusCode, 200);
    const first = control.store.queue.page({ works: ["video"], now: Date.now() }, { limit: 1 }).assets[0];
    assert.equal(first?.id, film(films, "Heat").id);
    assert.match((await post("Heat", "ignore")).body, /stays as it is/);
    assert.deepEqual(await buttonsOf("Heat"), ["reprocess: Convert now"]);
    const { body } = await the().app.inject(`/library/${film(films, "Heat").id}`);
    assert.match(body, /Kept as it is/);
  });
});
