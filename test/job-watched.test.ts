/** What is known of a job while it runs, and the command that is shown before. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { buildServer } from "../src/apps/http/server.ts";
import { putClip } from "./support/clips.ts";
import { newHouse, standIn, until } from "./support/orchestrator.ts";

test("the command that is shown is the one that will run, then the one that runs, then the one that ran", async (context) => {
  const house = newHouse(context);
  // Without a place for it the film waits, so that its plan can be read before.
  const control = await house.start();
  control.pauseQueue();
  await putClip("long", join(house.root, "It's $HOME.avi"));
  await house.scan();
  const { id } = await house.becomes("It's $HOME.avi", "Queued");
  const explained = () => {
    const asset = control.store.assets.byId(id);
    return (asset && control.explain(asset)?.command) ?? [];
  };
  const planned = explained();
  assert.equal(control.logOf(id), null);
  const told: string[] = [];
  context.after(
    control.subscribe((change) => told.push(control.logOf(id) ? change.kind : `${change.kind} before`)),
  );
  control.resumeQueue();
  const log = await until("ffmpeg says how far it is", () => {
    const now = control.logOf(id);
    return now && now.pace.length > 0 && now;
  });
  assert.equal(
    told.find((each) => !each.endsWith("before")),
    "asset",
    "pages are told that there is a job to see",
  );
  assert.deepEqual(explained(), log.command);
  const asPlanned = log.command.with(-1, planned.at(-1) ?? "").map((each) => (each === "-y" ? "-n" : each));
  assert.deepEqual(asPlanned, planned, "but for the hidden name, and that it overwrites nothing");
  assert.match(log.command.at(-1) ?? "", /\/\.It's \$HOME\.[0-9a-f]{32}\.partial\.mp4$/);
  await house.becomes("It's $HOME.avi", "Completed");
  await until("the job is forgotten", () => control.logOf(id) === null);
  const [job] = control.store.jobs.forAsset(id, 1);
  assert.deepEqual(job?.command, log.command);
  assert.ok((job?.pace.length ?? 0) >= log.pace.length);
});

test("what ffmpeg says of a film is shown while it says it", async (context) => {
  const house = newHouse(context);
  await putClip("picture", join(house.root, "Film.avi"));
  const control = await house.start(standIn("talks"));
  const app = buildServer(control);
  context.after(() => app.close());
  const { id } = await house.becomes("Film.avi", "Processing");
  await until("it said something", () => control.logOf(id)?.text.includes("<b>never"));
  const { body } = await app.inject(`/library/${id}/parts/job`);
  assert.match(body, /<pre id="job-log"[^>]*>\[warning\] &lt;b&gt;never\uFFFDmind<\/pre>/);
  const { running } = (await app.inject(`/api/assets/${id}`)).json();
  assert.match(running.text, /never/);
  control.cancel(id);
  await house.becomes("Film.avi", "Failed");
  await until("the job is forgotten", () => control.logOf(id) === null);
  assert.equal((await app.inject(`/library/${id}/parts/job`)).body.includes("job-log"), false);
});
