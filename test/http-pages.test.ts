import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { test } from "node:test";
import { HOSTILE_MARKUP } from "./support/films.ts";
import { packetFactsOf } from "./support/media.ts";
import { film, suite } from "./support/server.ts";

suite("the forms without scripts", (the) => {
  const browser = { host: "localhost:9000", accept: "text/html,application/xhtml+xml" };

  test("a form leads back to where it stood, with a message", async () => {
    const { app, films } = the();
    const { id } = film(films, "Ikiru");
    const response = await app.inject({
      method: "POST",
      url: `/reprocess/${id}`,
      headers: {
        ...browser,
        referer: "http://localhost:9000/library?state=Failed&q=i",
        "content-type": "application/x-www-form-urlencoded",
      },
    });
    assert.equal(response.statusCode, 303);
    assert.equal(response.headers.location, "/library?state=Failed&q=i&done=reprocess");
    const page = await app.inject({ url: String(response.headers.location), headers: browser });
    assert.match(page.body, /The film is in the queue again/);
  });

  test("a form never leads to another site", async () => {
    const headers = { ...browser, referer: "http://evil.example//evil.example/library" };
    const response = await the().app.inject({ method: "POST", url: "/scan", headers });
    assert.equal(response.headers.location, "/library?done=scan");
  });

  test("the message in an address is one of ours or none", async () => {
    const { body } = await the().app.inject("/library?done=<b>pay+me</b>");
    assert.doesNotMatch(body, /pay me/);
  });

  test("what waits and what a person should see to stand above the films, with what to do", async () => {
    const { app, control } = the();
    const waiting = { code: "database-full", sentence: "All work waits. <full>" } as const;
    const warnings = [
      { code: "backup-failed", sentence: "The database could not be backed up. /data" },
    ] as const;
    control.say({ waiting, warnings });
    const { body } = await app.inject({ url: "/library", headers: browser });
    assert.match(
      body,
      /<strong>All work waits\. &lt;full&gt;<\/strong>.*Free some space on the disk of the data/,
    );
    assert.match(body, /<strong>The database could not be backed up\. \/data<\/strong>.*the work goes on/);
    const status = (await app.inject("/api/status")).json();
    assert.deepEqual([status.waiting, status.warnings], [waiting, warnings]);
    control.say({ waiting: null, warnings: [] });
  });

  test("a refusal is a page, and a short message for htmx", async () => {
    const { app, films } = the();
    const url = `/reprocess/${film(films, "Arrival").id}`;
    const page = await app.inject({ method: "POST", url, headers: browser });
    assert.equal(page.statusCode, 409);
    assert.match(page.body, /<h1>The film is in a state that does not allow this/);
    const fragment = await app.inject({ method: "POST", url, headers: { ...browser, "hx-request": "true" } });
    assert.equal(fragment.statusCode, 409);
    assert.match(fragment.body, /^<p class="notice notice-problem">A film that is Processing/);
  });

  test("names are text, whatever they hold", async () => {
    const { app, films } = the();
    for (const url of ["/library", "/library?q=<img", `/library/${film(films, HOSTILE_MARKUP).id}`]) {
      const { body } = await app.inject(url);
      assert.doesNotMatch(body, /<img/);
      assert.match(body, /&lt;img/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      assert.doesNotMatch(body, /[\u0000-\u0009\u202a-\u202e]/);
    }
  });
});

suite("what may be better on a film that plays", (the) => {
  test("is told as a note, by the page and by the API", async () => {
    const { app, control, films } = the();
    const { id, fingerprint } = film(films, "Alien");
    const probed = fingerprint === null ? null : control.store.probes.get(fingerprint)?.media;
    assert.ok(fingerprint && probed);
    const packets = packetFactsOf({ longestKeyframeGapSeconds: 15 });
    const streams = probed.streams.map((each) => (each.kind === "video" ? { ...each, packets } : each));
    control.store.probes.improve(fingerprint, { ...probed, streams });
    const { verdict } = (await app.inject(`/api/assets/${id}`)).json();
    assert.deepEqual(
      verdict.notes.map(({ code }: { readonly code: string }) => code),
      ["video-keyframes-far"],
    );
    const { body } = await app.inject(`/library/${id}`);
    assert.match(body, /Plays as it is[\s\S]*Note: Keyframes are up to 15 s apart/);
  });
});

/** Reads server-sent events until `enough` says so. */
const readEvents = async (
  url: string,
  headers: Record<string, string>,
  enough: (text: string) => boolean,
): Promise<string> => {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) {
    text += String(chunk);
    if (enough(text)) break;
  }
  request.destroy();
  return text;
};

suite("the stream", (the) => {
  test("tells programs of changes, and again those that were missed", async () => {
    const { app, control, films } = the();
    const base = await app.listen({ port: 0, host: "127.0.0.1" });
    const { id } = film(films, "Arrival");
    const url = `${base}/api/events/stream`;
    const all = (text: string): boolean =>
      ["asset", "progress", "overview"].every((each) => text.includes(`event: ${each}\n`));

    const reading = readEvents(url, {}, all);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const progress = {
      phase: "converting",
      encoder: "libx264",
      percent: 7,
      fps: 1,
      speed: 1,
      etaSeconds: 9,
    } as const;
    for (let percent = 1; percent <= 50; percent++)
      control.setProgress(id, { ...progress, percent, outTimeSeconds: null, bytes: null });
    control.reprocess(film(films, "Ikiru").id);
    const text = await reading;
    assert.equal(text.split("event: progress\n").length - 1, 1, "fifty reports in a moment are one event");
    assert.match(text, /data: {"type":"progress","assetId":\d+,"progress":{[^\n]*"percent":50/);
    assert.match(text, /data: {"type":"asset","assetId":\d+,"asset":{[^\n]*"state":"Queued"/);

    const [first] = [...text.matchAll(/^id: (.+)$/gm)].map((each) => String(each[1]));
    const again = await readEvents(url, { "last-event-id": String(first) }, (said) =>
      said.includes("overview"),
    );
    assert.doesNotMatch(again, /event: asset\n/, "what was seen is not told again");
    assert.match(again, /event: progress\n/);
    const lost = await readEvents(url, { "last-event-id": "before-the-restart" }, (said) =>
      said.includes("\n\ne"),
    );
    assert.match(lost, /event: reset\n/);

    const open = await Promise.all(
      Array.from({ length: 64 }, async () => {
        const request = get(url, { agent: false });
        request.on("error", () => {});
        await once(request, "response");
        return request;
      }),
    );
    const refused = await fetch(url);
    assert.equal(refused.status, 503);
    assert.equal(((await refused.json()) as { code: string }).code, "too-many-listeners");
    for (const each of open) each.destroy();
  });
});
