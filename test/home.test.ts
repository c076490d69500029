/** The front page as it is sent: its sentence, what runs, what waits and for how long, and the last results. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { test } from "node:test";
import type { JobProgress } from "../src/apps/control.ts";
import { HELD_UNTIL } from "../src/core/lifecycle.ts";
import { addFilm } from "./support/control.ts";
import { HOSTILE_MARKUP } from "./support/films.ts";
import { FORM, film, reader, suite } from "./support/server.ts";
import { addAttempt } from "./support/work-done.ts";

const PROGRESS: JobProgress = {
  phase: "converting",
  encoder: "h264_nvenc",
  percent: 34,
  fps: 118.4,
  speed: 4.9,
  etaSeconds: 754,
  outTimeSeconds: 1800,
  bytes: 700_000_000,
};

suite("the front page", (the) => {
  const read = reader(the);

  test("begins with the sentence of truth, and leads to the films that need a person", async () => {
    const body = await read("/");
    assert.match(
      body,
      /<h1 class="truth">7 of 14 films play on your Chromecast<span[^>]*>; 1 is being converted; /,
    );
    assert.match(body, /; <a href="\/library\?state=Failed">1 needs you<\/a>/);
    assert.match(body, /<a href="\/" aria-current="page">Home<\/a>/);
  });

  test("shows a film in work with what is done, why, how far it is, and what becomes of the original", async () => {
    const { control, films } = the();
    const { id } = film(films, "Arrival");
    assert.match(await read("/"), /job-phase">beginning</);
    control.setProgress(id, PROGRESS);
    control.setTemperature(61);
    const body = await read("/home/running");
    assert.match(body, /<strong>Encode the picture<\/strong>: video codec, audio codec/);
    assert.match(body, /Original kept\./);
    assert.match(body, /<b>34<\/b> %/);
    assert.match(body, /<progress [^>]*value="34"/);
    for (const said of [
      "13 min left",
      "<b>118</b> fps",
      "<b>4.9×</b> speed",
      "Graphics card · h264_nvenc",
      "<b>61 °C</b> of 85 °C",
    ])
      assert.ok(body.includes(said), said);
    control.setTemperature(null);
    control.setProgress(id, { ...PROGRESS, phase: "verifying", encoder: "libx264" });
    const checking = await read("/home/running");
    assert.match(checking, /job-phase">checking the result</);
    assert.match(checking, /Processor · libx264/);
    assert.doesNotMatch(checking, /°C|<b>118/);
  });
});

suite("what waits, on the front page", (the) => {
  const read = reader(the);

  test("counts what waits by kind of work, with bytes and a range of time", async () => {
    const { control } = the();
    const { state, total } = control.store.assets.counts();
    const queued = control.store.workload.queued(["movies", "series"]);
    assert.equal(
      queued.reduce((sum, each) => sum + each.films, 0),
      state.Queued,
    );
    assert.ok(total > state.Queued);
    const body = await read("/home/queue");
    assert.match(body, new RegExp(`for all ${state.Queued} films that wait`));
    assert.match(
      body,
      /lane=encodes">Encode the picture<\/a><span class="kind-count">2<\/span>\s*<span class="under">22\.6 GB/,
    );
    // Two films of an hour and a half, one of them in 4K, on the processor of others.
    assert.match(body, /kind-time">88 min to 10 h</);
    for (let count = 0; count < 3; count++)
      addAttempt(control, film(the().films, "Heat"), {
        encoder: "libx264",
        seconds: 5400,
        finishedAt: 1000 + count,
      });
    assert.match(
      await read("/home/queue"),
      /kind-time">96 min to 4 h</,
      "three films of this machine say more",
    );
  });

  test("a film that waits for a person is not work that will be done", async () => {
    const { control } = the();
    const added = addFilm(
      control,
      { path: "Held.mkv", kind: "picture", events: ["assessed-needs-work"] },
      Date.now(),
    );
    const before = await read("/home/queue");
    control.store.assets.touch(added.id, { availableAt: HELD_UNTIL });
    const after = await read("/home/queue");
    assert.match(before, /kind-count">3</);
    assert.match(
      after,
      /kind-count">2<[\s\S]*One more waits for you: it will not be converted until you ask/,
    );
    control.store.assets.apply(added.id, "gone", { now: Date.now() });
  });
});

suite("the last results, on the front page", (the) => {
  const read = reader(the);

  test("lists the last results with what they saved and whether every check passed", async () => {
    const { control, films } = the();
    assert.match(await read("/home/results"), /What was converted stands here/);
    const now = Date.now();
    addAttempt(control, film(films, "Amélie"), {
      outputBytes: 4_180_000_000,
      seconds: 9,
      finishedAt: now - 3000,
    });
    addAttempt(control, film(films, "Blade Runner"), {
      outputBytes: 2_100_000_000,
      warns: true,
      finishedAt: now - 2000,
    });
    addAttempt(control, film(films, "Ikiru"), {
      outcome: "failed",
      problemCode: "source-damaged",
      finishedAt: now - 1000,
    });
    addAttempt(control, film(films, "Casablanca"), { outcome: "interrupted", finishedAt: now });
    const rows = (await read("/home/results")).split("<li ").slice(1);
    assert.deepEqual(
      rows.slice(0, 3).map((row) => /class="result result-(\w+)"[\s\S]*?title="([^/"]+)/.exec(row)?.slice(1)),
      [
        ["failed", "Ikiru (1952)"],
        ["done", "Blade Runner (1982)"],
        ["done", "Amélie (2001)"],
      ],
    );
    assert.match(rows[0] ?? "", /action="\/reprocess\/\d+"/);
    assert.match(rows[1] ?? "", /50 % smaller[\s\S]*5 checks passed, 1 worth a look/);
    assert.match(rows[2] ?? "", /fixed in 9 s[\s\S]*same size[\s\S]*4 checks passed/);
  });

  test("an attempt at a film that is gone is told without a link", async () => {
    const { control } = the();
    const added = addFilm(
      control,
      { path: "Gone.mkv", kind: "sound", events: ["assessed-needs-work"] },
      Date.now(),
    );
    addAttempt(control, added, { outputBytes: 1000, finishedAt: Date.now() + 1000 });
    control.store.assets.apply(added.id, "gone", { now: Date.now() });
    const [, row = ""] = (await read("/home/results")).split("<li ");
    assert.match(row, /a film that is not there any more/);
    assert.doesNotMatch(row, /\/library\//);
  });
});

suite("what stands still, on the front page", (the) => {
  const read = reader(the);

  test("a banner says what stands still, and has the button that mends it", async () => {
    const { app, control } = the();
    assert.doesNotMatch(await read("/"), /banner/);
    control.say({
      waiting: { code: "disk-full", sentence: "2 films wait. The disk is <full>." },
      rootProblems: [{ library: "movies", code: "root-missing", detail: "/films/movies" }],
    });
    const body = await read("/");
    assert.match(
      body,
      /movies: The library folder is not there[\s\S]*value="movies">[\s\S]*aria-label="Rescan movies"/,
    );
    assert.match(body, /The disk is &lt;full&gt;\.[\s\S]*action="\/queue\/try-again"/);
    const answer = await app.inject({
      method: "POST",
      url: "/queue/try-again",
      headers: { ...FORM, referer: "http://localhost:9000/" },
    });
    assert.equal(answer.headers.location, "/?done=tryAgain");
    assert.match(await read("/?done=tryAgain"), /What waited is tried again now/);
    control.say({ waiting: { code: "database-full", sentence: "All work waits." }, rootProblems: [] });
    assert.doesNotMatch(await read("/"), /try-again/, "of the database nothing is tried by hand");
    control.say({ waiting: null });
  });

  test("names are text, whatever they hold", async () => {
    const { control, films } = the();
    const { id } = film(films, HOSTILE_MARKUP);
    control.store.assets.apply(id, "claimed", { now: Date.now(), token: "t" });
    addAttempt(control, film(films, HOSTILE_MARKUP), { finishedAt: Date.now() + 5000 });
    const body = await read("/");
    assert.doesNotMatch(body, /<img src=x/);
    assert.ok(body.split("&lt;img src=x").length > 4, "in the card and in the results");
    control.store.assets.apply(id, "failed", { now: Date.now(), token: "t", problemCode: "cancelled" });
  });
});

suite("the tab of a page that is live", (the) => {
  test("is told how far the longest work is as soon as the page listens, and what changed of it", async () => {
    const { app, control, films } = the();
    const base = await app.listen({ port: 0, host: "127.0.0.1" });
    control.setProgress(film(films, "Arrival").id, PROGRESS);
    const request = get(`${base}/library/stream`, { agent: false });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    let text = "";
    let isTold = false;
    for await (const chunk of response) {
      text += String(chunk);
      if (!isTold && text.includes("event: tab")) {
        isTold = true;
        control.setProgress(film(films, "Arrival").id, { ...PROGRESS, percent: 35 });
      }
      if (text.includes('"percent":35')) break;
    }
    request.destroy();
    assert.match(text, /event: tab\n[^\n]*\ndata: {"isWorking":true,"percent":34,"isStuck":false}/);
    assert.match(
      text,
      new RegExp(
        `event: job-${film(films, "Arrival").id}\n[^\n]*\ndata: <div class="job-percent"><b>35</b> %`,
      ),
    );
  });
});
