/** The settings as pages: a form that works without scripts, a review, the text, and who changed what. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { buildServer } from "../src/apps/http/server.ts";
import { readSettingsFile } from "../src/edges/settings-file.ts";
import { fillLibrary, openTestControl, type TestControl } from "./support/control.ts";
import { formOf } from "./support/form.ts";
import { newSettingsHome, SETTINGS_TEXT } from "./support/settings.ts";
import { tempFolder } from "./support/temp.ts";

let app: FastifyInstance;
let control: TestControl;
let close: () => void;
const folder = tempFolder({ after });
const home = newSettingsHome({ after });
before(() => {
  ({ control, close } = openTestControl(folder));
  fillLibrary(control, Date.now());
  app = buildServer(control, { settings: home.source });
});
afterEach(() => writeFileSync(home.file, SETTINGS_TEXT));
after(async () => {
  await app.close();
  close();
});

const browser = { host: "localhost:9000", accept: "text/html" };
const get = async (url: string) => (await app.inject({ url, headers: browser })).body;
const post = (url: string, form: URLSearchParams) =>
  app.inject({
    method: "POST",
    url,
    headers: { ...browser, "content-type": "application/x-www-form-urlencoded" },
    payload: form.toString(),
  });
/** The form as a browser would send it, with some fields changed. */
const filled = async (
  changes: Readonly<Record<string, string | readonly string[]>>,
  url = "/settings",
): Promise<URLSearchParams> => {
  const form = formOf(await get(url));
  for (const [name, value] of Object.entries(changes)) {
    form.delete(name);
    for (const each of [value].flat()) form.append(name, each);
  }
  return form;
};
/** Sends the form and gives the review's address. */
const reviewed = async (form: URLSearchParams): Promise<string> => {
  const response = await post("/settings", form);
  assert.equal(response.statusCode, 303, response.body);
  return String(response.headers.location);
};
const save = async (review: string, use: "now" | "later") => {
  const form = formOf(await get(review));
  form.set("use", use);
  return post("/settings/save", form);
};

test("the form as it stands changes nothing, not even how the file is written", async () => {
  const review = await reviewed(await filled({}));
  assert.match(await get(review), /No setting changes/);
  const response = await save(review, "later");
  assert.equal(response.headers.location, "/settings?done=settingsSaved");
  assert.equal(home.text(), SETTINGS_TEXT);
});

test("a change is reviewed with what comes of it, saved with comments kept, and listed", async () => {
  const review = await reviewed(
    await filled({
      "operational.max_attempts": "5",
      "libraries.0.languages": "eng, deu",
      "libraries.1.original": "keep",
      devices: ["chromecast-2", "chromecast-3", "chromecast-1"],
      "profiles.0.reencode": "over_profile",
    }),
  );
  const page = await get(review);
  assert.match(page, /<span class="of"><bdi>movies<\/bdi><\/span> Preferred languages of the sound/);
  assert.match(page, /This changes the plan of \d+ films?: \d+ from “[a-z ]+” to “[a-z ]+”/);
  assert.equal(home.text(), SETTINGS_TEXT, "nothing is saved yet");
  await save(review, "later");
  assert.match(home.text(), /root: \/films\/movies {3}# disk 1\n {4}languages: \[ eng, deu \]\n/);
  assert.match(home.text(), /devices: \[ chromecast-2, chromecast-3, chromecast-1 \]/);
  assert.match(home.text(), /profiles:\n {2}movies:\n {4}reencode: over_profile\n/);
  const changes = await get("/settings/changes");
  assert.match(changes, /operational\.max_attempts/);
  assert.match(changes, /127\.0\.0\.1/);
  assert.match(await get("/settings"), /saved settings are not in use yet/);
});

test("what cannot be used is said beside its field, and what was typed stays", async () => {
  const form = await filled({
    "operational.max_attempts": "99",
    "libraries.0.root": "",
    "libraries.0.output": "<b>",
    "profiles.0.max_bitrate": "fast",
    "jellyfin.libraries": "movies: [",
    "libraries.1.name": "movies",
  });
  const response = await post("/settings", form);
  assert.equal(response.statusCode, 422);
  const { body } = response;
  for (const name of [
    "operational-max_attempts",
    "libraries-0-root",
    "profiles-0-max_bitrate",
    "jellyfin-libraries",
    "libraries-1-name",
  ])
    assert.match(body, new RegExp(`id="f-${name}-wrong"`), name);
  assert.match(body, /value="&lt;b&gt;"/);
  assert.match(body, /5 settings cannot be used; nothing was saved/);
  assert.match(body, /<a href="#f-libraries-0-root">movies: Folder<\/a>: must be given/);
  assert.match(body, /must be a number from 1 to 20/);
  assert.equal(home.text(), SETTINGS_TEXT);

  const relative = await post("/settings", await filled({ "libraries.0.root": "films" }));
  assert.match(relative.body, /id="f-libraries-0-root-wrong">&quot;films&quot; must begin with \//);
});

test("a library is added, another renamed, and one removed, each in its place in the file", async () => {
  const asked = await filled({ intent: "add-libraries", "libraries.0.name": "films" });
  const response = await post("/settings", asked);
  assert.match(response.body, /value="films"/, "what was typed stays");
  const form = formOf(response.body);
  form.set("libraries.2.name", "kids");
  form.set("libraries.2.root", "/films/kids");
  form.set("libraries.1.remove", "on");
  form.set("intent", "review");
  const review = await reviewed(form);
  const page = await get(review);
  assert.match(page, /Library kids is new: \/films\/kids is looked through/);
  assert.match(page, /Library series leaves the list with its \d+ films?/);
  await save(review, "later");
  assert.equal(
    home.text(),
    SETTINGS_TEXT.replace("  movies:\n", "  films:\n").replace(
      / {2}series:\n(?: {4}.*\n)+/,
      "  kids:\n    root: /films/kids\n",
    ),
  );
});

test("a profile that gets another name takes its libraries along", async () => {
  writeFileSync(
    home.file,
    `${SETTINGS_TEXT.replace("profile: series", "profile: small")}profiles:\n  small: { cq: 24 } # tiny\n`,
  );
  const review = await reviewed(await filled({ "profiles.0.name": "tiny" }));
  await save(review, "later");
  assert.match(home.text(), /profile: tiny\n/);
  assert.match(home.text(), / {2}tiny: \{ cq: 24 \} # tiny/);
});

test("a secret is never sent, stays when its field is empty, changes and goes", async () => {
  const page = await get("/settings");
  assert.doesNotMatch(page, /s3cr3t/);
  const review = await reviewed(await filled({ "jellyfin.api_key": "0ther" }));
  assert.doesNotMatch(await get(review), /0ther|s3cr3t/);
  // Back in the form, with something else, the typed secret is still known.
  const again = await filled(
    { "operational.max_attempts": "4" },
    review.replace("/settings/review", "/settings"),
  );
  assert.doesNotMatch(again.toString(), /0ther|s3cr3t/);
  await save(await reviewed(again), "later");
  assert.match(home.text(), /api_key: 0ther/);
  await save(await reviewed(await filled({ "jellyfin.api_key.clear": "on" })), "later");
  assert.match(home.text(), /api_key: "" \}/);
  assert.doesNotMatch(await get("/settings/changes"), /0ther|s3cr3t/);
});

test("a receiver of messages is added; its address and password are never sent, stay, change and go", async () => {
  const asked = formOf((await post("/settings", await filled({ intent: "add-notifiers" }))).body);
  asked.set("notifiers.0.name", "phone");
  asked.set("notifiers.0.kind", "ntfy");
  asked.set("notifiers.0.url", "https://ntfy.sh/t0pic");
  asked.set("notifiers.0.secret", "tk_1");
  asked.set("intent", "review");
  // Something else is wrong: what was typed as a secret is not sent back.
  asked.set("operational.max_attempts", "99");
  const wrong = await post("/settings", asked);
  assert.doesNotMatch(wrong.body, /t0pic|tk_1/);
  assert.match(wrong.body, /id="f-notifiers-0-url-wrong">type it once more/);
  asked.set("operational.max_attempts", "3");
  const review = await reviewed(asked);
  assert.doesNotMatch(await get(review), /t0pic|tk_1/);
  // Back in the form, with something else, the typed secrets are still known.
  const again = await filled(
    { "notifiers.0.events": ["failed"] },
    review.replace("/settings/review", "/settings"),
  );
  await save(await reviewed(again), "later");
  assert.deepEqual(readSettingsFile(home.file).notifiers.phone, {
    ...readSettingsFile(home.file).notifiers.webhook,
    kind: "ntfy",
    url: "https://ntfy.sh/t0pic",
    secret: "tk_1",
    events: ["failed"],
  });
  await save(
    await reviewed(await filled({ "notifiers.0.name": "mobile", "notifiers.0.secret.clear": "on" })),
    "later",
  );
  assert.equal(readSettingsFile(home.file).notifiers.mobile?.url, "https://ntfy.sh/t0pic");
  assert.doesNotMatch(home.text(), /tk_1/);
  for (const url of ["/settings", "/settings/text", "/settings/changes"])
    assert.doesNotMatch(await get(url), /t0pic|tk_1/);
});

test("a form of an older version of the file is refused, and so is a draft of one", async () => {
  const form = await filled({ "operational.max_attempts": "5" });
  const review = await reviewed(form);
  writeFileSync(home.file, `${SETTINGS_TEXT}# by hand\n`);
  assert.equal((await post("/settings", form)).statusCode, 412);
  assert.equal((await save(review, "now")).statusCode, 412);
  assert.equal(home.text(), `${SETTINGS_TEXT}# by hand\n`);
});

test("the text is checked like the form, with the lines named, and reviewed", async () => {
  const wrong = await filled({ text: "libraries:\r\n  movies: { rot: /f }\r\n" }, "/settings/text");
  const refused = await post("/settings/text", wrong);
  assert.equal(refused.statusCode, 422);
  assert.match(refused.body, /settings:2: libraries\.movies\.rot: unknown key; did you mean root\?/);
  const form = await filled({}, "/settings/text");
  assert.doesNotMatch(String(form.get("text")), /s3cr3t/);
  form.set("text", String(form.get("text")).replace("# disk 1", "# disk 7").replaceAll("\n", "\r\n"));
  const response = await post("/settings/text", form);
  assert.equal(response.statusCode, 303, response.body);
  await save(String(response.headers.location), "now");
  assert.equal(home.text(), SETTINGS_TEXT.replace("# disk 1", "# disk 7"));
});

test("a draft that is gone is said to be gone", async () => {
  const response = await app.inject({ url: "/settings/review?token=x", headers: browser });
  assert.equal(response.statusCode, 400);
  assert.match(response.body, /make them again/);
});

test("settings saved for now are taken up, and the button takes up those of before", async () => {
  const taken = home.applied();
  await save(await reviewed(await filled({ "operational.max_attempts": "6" })), "now");
  assert.equal(home.applied(), taken + 1);
  const response = await post("/settings/use", new URLSearchParams());
  assert.equal(response.headers.location, "/settings?done=settingsUsed");
  assert.equal(home.applied(), taken + 2);
});

test("without a file the page says so, and saving it as it stands writes what is used now", async (context) => {
  const none = newSettingsHome(context, null);
  const bare = buildServer(control, { settings: none.source });
  context.after(() => bare.close());
  const page = (await bare.inject({ url: "/settings", headers: browser })).body;
  assert.match(page, /There is no settings file yet: what you see is in use now/);
  const response = await bare.inject({
    method: "POST",
    url: "/settings",
    headers: { ...browser, "content-type": "application/x-www-form-urlencoded" },
    payload: formOf(page).toString(),
  });
  const url = String(response.headers.location);
  const review = (await bare.inject({ url, headers: browser })).body;
  assert.match(review, /What is used now is written to <code>/);
  const form = formOf(review);
  form.set("use", "later");
  await bare.inject({
    method: "POST",
    url: "/settings/save",
    headers: { ...browser, "content-type": "application/x-www-form-urlencoded" },
    payload: form.toString(),
  });
  const { libraries, operational } = readSettingsFile(none.file);
  assert.deepEqual([libraries, operational], [control.settings.libraries, control.settings.operational]);
  const after = (await bare.inject({ url: "/settings", headers: browser })).body;
  assert.match(after, /Kept in/);
  assert.doesNotMatch(after, /not in use yet/, "it says what is used already");
});

test("over the sample, nothing is saved before a library is named", async (context) => {
  const none = newSettingsHome(context, null);
  const bare = buildServer(control, { settings: { ...none.source, kind: () => "sample" } });
  context.after(() => bare.close());
  const page = (await bare.inject({ url: "/settings", headers: browser })).body;
  const response = await bare.inject({
    method: "POST",
    url: "/settings",
    headers: { ...browser, "content-type": "application/x-www-form-urlencoded" },
    payload: formOf(page).toString(),
  });
  const review = (await bare.inject({ url: String(response.headers.location), headers: browser })).body;
  assert.match(review, /No library is named yet/);
  assert.doesNotMatch(review, /action="\/settings\/save"/);
});
