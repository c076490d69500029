/** kill -9 of the real program at any moment, again and again: nothing is lost and every film gets done. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { serve } from "./support/cli.ts";
import { putClip } from "./support/clips.ts";
import { assertNoPartials, filesBelow, sha256, until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const KILLS = 7;

/** Programs that have this folder in their arguments, found in /proc. */
const programsAt = (folder: string): readonly string[] =>
  readdirSync("/proc")
    .filter((each) => /^\d+$/.test(each) && each !== String(process.pid))
    .flatMap((each) => {
      try {
        const command = readFileSync(`/proc/${each}/cmdline`, "utf8").replaceAll("\0", " ");
        return command.includes(folder) ? [command] : [];
      } catch {
        return [];
      }
    });

const newPlace = async (context: TestContext, original: string) => {
  const folder = tempFolder(context);
  const [root, data, settings] = [join(folder, "films"), join(folder, "data"), join(folder, "settings.yaml")];
  writeFileSync(
    settings,
    JSON.stringify({
      libraries: { films: { root, original } },
      operational: { encoder: "software", gpu_only: false, settle_seconds: 0, max_concurrent_jobs: 2 },
    }),
  );
  for (const name of ["a.mkv", "b.mkv", "sub/c.mkv"]) await putClip("subtitled", join(root, name));
  for (const name of ["d.avi", "sub/e.avi"]) await putClip("picture", join(root, name));
  await putClip("long", join(root, "f.avi"));
  return { root, args: ["--data", data, "--settings", settings] };
};

type Listed = { readonly assets: readonly { readonly path: string; readonly state: string }[] };

const isLinux = existsSync("/proc/self/cmdline");

for (const original of ["keep", "archive"])
  test(`original: ${original}`, { skip: !isLinux }, async (context) => {
    const { root, args } = await newPlace(context, original);
    const films = filesBelow(root);
    const hashes = new Map(films.map((path) => [path, sha256(join(root, path))]));
    for (let kill = 0; kill < KILLS; kill++) {
      const { child, ended } = await serve(context, args);
      // From the first probes to the last publication, and somewhere in between.
      await new Promise((resolve) => setTimeout(resolve, (kill * 2600) / KILLS + Math.random() * 400));
      child.kill("SIGKILL");
      assert.equal(await ended, "SIGKILL");
      await until("its programs are gone", () => programsAt(root).length === 0);
      for (const [path, hash] of hashes) {
        const places = [path, `.chromecast-originals/${path}`].map((each) => join(root, each));
        const found = places.filter((each) => existsSync(each));
        assert.ok(found.length > 0, `${path} is there`);
        for (const each of found) assert.equal(sha256(each), hash, each);
      }
    }
    const { url, child, ended } = await serve(context, args);
    const done = original === "keep" ? "Completed" : "Archived";
    let states: readonly string[] = [];
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      const { assets } = (await (await fetch(`${url}/api/assets?limit=50`)).json()) as Listed;
      states = assets.map((each) => `${each.path} ${each.state}`).sort();
      if (states.length === films.length && states.every((each) => each.endsWith(done))) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(states, films.map((path) => `${path} ${done}`).sort());
    child.kill("SIGTERM");
    assert.equal(await ended, 0);
    assertNoPartials(root);
    const outputs = films.map((path) => path.replace(/\.\w+$/, ".mp4"));
    const originals = films.map((path) => (original === "keep" ? path : `.chromecast-originals/${path}`));
    const sidecars = ["a", "b", "sub/c"].flatMap((stem) => [`${stem}.en.srt`, `${stem}.en.vtt`]);
    assert.deepEqual(filesBelow(root), [...originals, ...outputs, ...sidecars].sort());
    for (const [index, path] of films.entries())
      assert.equal(sha256(join(root, originals[index] ?? "")), hashes.get(path));
    assert.deepEqual(programsAt(root), []);
  });
