/** What a change of settings would do is counted beforehand, and what is then done is the same. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { settingsEffect } from "../src/apps/settings-effect.ts";
import { settingsFrom } from "../src/apps/settings-source.ts";
import type { Settings } from "../src/core/settings.ts";
import { wishOf } from "../src/core/wish.ts";
import { previewReplan } from "../src/steps/preview-replan.ts";
import { replan } from "../src/steps/replan.ts";
import { addFilm, fillLibrary, openTestControl, type TestControl } from "./support/control.ts";
import { NOW } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

const filled = (context: TestContext): TestControl => {
  const { control, close } = openTestControl(tempFolder(context), () => NOW);
  context.after(close);
  fillLibrary(control, NOW);
  return control;
};

const LIBRARIES = {
  movies: { root: "/films/movies" },
  series: { root: "/films/series", original: "archive" },
};
const settings = (more: object): Settings =>
  settingsFrom({ libraries: LIBRARIES, operational: { gpu_only: false }, ...more });

/** All that a change could touch. */
const rowsOf = ({ store }: TestControl): string =>
  JSON.stringify([
    ["movies", "series"].map((each) => [store.wishes.get(each), [...store.assets.iterate(each)]]),
    store.events.latest({ limit: 1000 }),
  ]);

const CHANGES: readonly (readonly [string, Settings])[] = [
  ["nothing", settings({})],
  ["fewer and newer screens", settings({ devices: ["google-tv-streamer"] })],
  ["an older screen", settings({ devices: ["chromecast-1", "nest-hub-max"] })],
  [
    "strict and small",
    settings({ profiles: { movies: { strict: true, resolution: "640x360", reencode: "over_profile" } } }),
  ],
  ["other languages", settings({ libraries: { movies: { root: "/films/movies", languages: ["deu"] } } })],
];
for (const [name, next] of CHANGES)
  test(`${name}: as many films are counted as are then planned anew, and nothing is written before`, async (context) => {
    const control = filled(context);
    for (const library of ["movies", "series"] as const)
      control.store.wishes.put(
        library,
        wishOf(control.settings, control.settings.libraries[library] ?? assert.fail()),
      );
    const before = rowsOf(control);
    const { films } = await settingsEffect(control, next);
    assert.equal(rowsOf(control), before);
    assert.equal(films.isComplete, true);
    let done = 0;
    for (const [library, each] of Object.entries(next.libraries))
      done += replan({ store: control.store, now: () => NOW }, library, wishOf(next, each));
    assert.equal(films.changed, done);
    if (name === "fewer and newer screens") assert.ok(done > 0, "the library has films it matters to");
  });

test("the sentences name the films, the libraries that come and go, and folders that are not there", async (context) => {
  const control = filled(context);
  const next = settings({
    devices: ["google-tv-streamer"],
    libraries: { movies: LIBRARIES.movies, kids: { root: "/nowhere/kids" } },
  });
  const { sentences } = await settingsEffect(control, next);
  assert.match(
    sentences[0] ?? "",
    /^This changes the plan of \d+ films?: \d+ from “encode the picture” to “/,
  );
  assert.deepEqual(sentences.slice(1), [
    "Library kids is new: /nowhere/kids is looked through, and its films are made ready.",
    "/nowhere/kids is not there, or may not be read: library kids waits until it is.",
    `Library series leaves the list with its ${control.store.assets.counts(["series"]).total} films. No file is touched; what is known of them is kept, and back when the library is.`,
  ]);
});

test("when the time is up, what was counted so far is said to be the least, and others had their turn", async (context) => {
  const control = filled(context);
  for (let n = 0; n < 1000; n++)
    addFilm(control, { path: `Many/${n}.mkv`, kind: "picture", events: ["assessed-needs-work"] }, NOW);
  let at = 0;
  let turns = 0;
  const old = control.settings.libraries.movies ?? assert.fail();
  const next = settings({ devices: ["google-tv-streamer"] });
  const effect = await previewReplan(
    {
      store: control.store,
      clock: () => at++,
      breathe: async () => void turns++,
    },
    [{ name: "movies", before: wishOf(control.settings, old), after: wishOf(next, old) }],
    300,
  );
  assert.equal(effect.isComplete, false);
  assert.ok(effect.looked > 100 && effect.looked < 600, String(effect.looked));
  assert.ok(effect.changed > 0 && effect.changed <= effect.looked);
  assert.ok(turns > 5);
  const { sentences } = await settingsEffect(control, next, 0);
  assert.match(sentences[0] ?? "", /at least \d+ films|No plan changes among the first/);
});
