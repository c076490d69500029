/** What a start serves, and what it serves once the page wrote the settings file. */
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chooseServed, sourceOf } from "../src/apps/served.ts";
import { newSettingsHome } from "./support/settings.ts";
import { isProblem } from "./support/store.ts";
import { tempFolder } from "./support/temp.ts";

test("folders named at the start are the libraries, and the file says the rest", (context) => {
  const folder = tempFolder(context);
  const films = ["My Films", "a/films", "b/films"].map((each) => join(folder, each));
  for (const each of films) mkdirSync(each, { recursive: true });
  const { file } = newSettingsHome(context);
  const { settings, data, kind } = chooseServed(films, { settings: file, data: folder });
  assert.deepEqual(
    Object.entries(settings.libraries).map(([name, { root }]) => [name, root]),
    [
      ["My-Films", films[0]],
      ["films", films[1]],
      ["films-2", films[2]],
    ],
  );
  assert.deepEqual([settings.operational.gpu_only, data, kind], [false, folder, "folders"]);
  assert.throws(() => chooseServed([join(folder, "none")], {}), isProblem("root-missing"));
});

test("a source follows the file once the page wrote it, and takes up what it says", async (context) => {
  const folder = tempFolder(context);
  const { file } = newSettingsHome(context);
  const taken: object[] = [];
  const source = sourceOf([folder], { settings: file, data: folder }, async ({ settings, dataDirectory }) => {
    taken.push([Object.keys(settings.libraries), dataDirectory]);
  });
  assert.deepEqual([source.kind(), source.hasFile(), source.file], ["folders", true, file]);
  await source.apply();
  source.useFile();
  assert.equal(source.kind(), "file");
  assert.deepEqual(Object.keys(source.load().libraries), ["movies", "series"]);
  await source.apply();
  assert.deepEqual(taken.at(-1), [["movies", "series"], folder]);
  rmSync(file);
  assert.deepEqual([source.kind(), source.hasFile()], ["file", false], "a file that is gone is no sample");
  await assert.rejects(source.apply(), isProblem("settings-invalid"));
});
