/** Workers that share no folder with the orchestrator: a real one of each, a real Redis, a real server between them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { badNetwork } from "./support/bad-network.ts";
import { putClip } from "./support/clips.ts";
import { newServedHouse, startFetching } from "./support/fetching.ts";
import { runFfmpeg } from "./support/ffmpeg.ts";
import { MIB } from "./support/given-out.ts";
import { assertNoPartials, filesBelow, newHouse, sha256, until } from "./support/orchestrator.ts";
import { withoutRedis } from "./support/redis.ts";
import { streamHashes } from "./support/stream-hashes.ts";
import { tempFolder } from "./support/temp.ts";

const skip = withoutRedis;
const CVC = fileURLToPath(new URL("../src/main.ts", import.meta.url));

const fill = async (root: string): Promise<void> => {
  await putClip("subtitled", join(root, "A", "Remux.mkv"));
  await putClip("picture", join(root, "B", "En code.avi"));
  writeFileSync(join(root, "B", "En code.de.srt"), "1\n00:00:00,500 --> 00:00:02,000\nGuten Abend.\n");
};

test("what comes of a film that was fetched is what this machine makes of it", { skip }, async (context) => {
  const served = await newServedHouse(context);
  const { house } = served;
  await fill(house.root);
  const url = await served.open();
  const network = await badNetwork(context, url, ({ method, path }) =>
    path.endsWith("/source") || (method === "PUT" && path.endsWith("/mp4")) ? "late" : null,
  );
  const { scratch } = await startFetching(context, served, network);
  const phases = new Set<string>();
  house.now().subscribe((change) => {
    if (change.kind === "progress") phases.add(change.progress.phase);
  });
  const encoded = await house.becomes("B/En code.avi", "Completed");
  await house.becomes("A/Remux.mkv", "Completed");
  const [job] = house.now().store.jobs.forAsset(encoded.id, 1);
  assert.deepEqual([job?.worker, job?.outcome, encoded.attempt], ["attic", "done", 0]);
  const paths = job?.command.filter((each) => each.includes("/")) ?? [];
  assert.ok(paths.length >= 2 && paths.every((each) => !each.includes(house.root)), paths.join(" "));
  for (const phase of ["fetching", "converting", "returning", "publishing"])
    assert.ok(phases.has(phase), `${phase} of ${[...phases]}`);
  const local = newHouse(context);
  await fill(local.root);
  await local.start();
  await local.becomes("B/En code.avi", "Completed");
  await local.becomes("A/Remux.mkv", "Completed");
  const files = filesBelow(house.root);
  assert.deepEqual(files, filesBelow(local.root));
  assert.ok(files.includes("B/En code.de.vtt") && files.includes("A/Remux.en.vtt"), files.join());
  for (const each of files.filter((name) => name.endsWith(".mp4")))
    assert.equal(streamHashes(join(house.root, each)), streamHashes(join(local.root, each)), each);
  for (const each of files.filter((name) => !name.endsWith(".mp4")))
    assert.equal(sha256(join(house.root, each)), sha256(join(local.root, each)), each);
  await until("the scratch folder is empty", () => readdirSync(scratch).length === 0);
});

/** A film that is little work and many blocks: it has a file attached. */
const putLarge = async (path: string): Promise<void> => {
  const [film, attached] = [await putClip("remux", `${path}.film`), `${path}.attached`];
  writeFileSync(attached, randomBytes(14 * MIB));
  const asIs = [
    "-map",
    "0",
    "-c",
    "copy",
    "-attach",
    attached,
    "-metadata:s:t",
    "mimetype=application/x-font",
  ];
  await runFfmpeg(["-v", "error", "-y", "-i", film, ...asIs, path]);
  for (const each of [film, attached]) rmSync(each);
};

const startProcess = (context: TestContext, redis: string, url: string, scratch: string) => {
  const child = spawn(
    process.execPath,
    [
      ...["--disable-warning=ExperimentalWarning", CVC, "worker", "--redis", redis, "--name", "cellar"],
      ...["--orchestrator", url, "--scratch", scratch, "--encoder", "software", "--data", scratch],
    ],
    { stdio: "ignore" },
  );
  context.after(() => void child.kill("SIGKILL"));
  return child;
};

test("a worker that is killed on the way back costs no film, and its next start cleans up", {
  skip,
}, async (context) => {
  const served = await newServedHouse(context);
  const { house, redis } = served;
  await putClip("picture", join(house.root, "Film.avi"));
  const scratch = tempFolder(context);
  const url = await served.open();
  let kill: (() => void) | null = null;
  const network = await badNetwork(context, url, ({ method }) => {
    if (method !== "PUT" || kill === null) return null;
    kill();
    kill = null;
    return "cut-up";
  });
  const first = startProcess(context, redis.url, network, scratch);
  kill = () => void first.kill("SIGKILL");
  await once(first, "exit");
  assert.equal(
    readdirSync(scratch).filter((name) => name.startsWith("cvc-work-")).length,
    1,
    "it left a film",
  );
  const { problem } = await house.failsOnce("Film.avi");
  assert.equal(problem, "worker-lost");
  assertNoPartials(house.root);
  startProcess(context, redis.url, network, scratch);
  const film = await house.becomes("Film.avi", "Completed");
  assert.equal(film.attempt, 0);
  assert.deepEqual(filesBelow(house.root), ["Film.avi", "Film.mp4"]);
  await until(
    "its scratch is empty",
    () => !readdirSync(scratch).some((name) => name.startsWith("cvc-work-")),
  );
});

test("an orchestrator that starts anew while a film is fetched gives out the rest", {
  skip,
}, async (context) => {
  const served = await newServedHouse(context);
  const { house } = served;
  await putLarge(join(house.root, "Film.mkv"));
  let asked = 0;
  let again: Promise<unknown> | null = null;
  const url = await served.open();
  const network = await badNetwork(context, url, ({ path }) => {
    if (!path.endsWith("/source") || ++asked !== 2) return null;
    again = served.close().then(served.open);
    return "cut-down";
  });
  await startFetching(context, served, network);
  await until("it was asked twice", () => again !== null);
  await again;
  const film = await house.becomes("Film.mkv", "Completed");
  assert.equal(film.attempt, 0);
  const jobs = house.now().store.jobs.forAsset(film.id, 9);
  assert.deepEqual(
    jobs.map((each) => each.outcome),
    ["done"],
    "one attempt, which went on",
  );
  assert.ok(existsSync(join(house.root, "Film.mp4")));
  assertNoPartials(house.root);
});

test("a film that a person stops on its way leaves nothing on either side", { skip }, async (context) => {
  const served = await newServedHouse(context);
  const { house } = served;
  await putClip("picture", join(house.root, "Film.avi"));
  const url = await served.open();
  const network = await badNetwork(context, url, ({ method, path }) => {
    if (method !== "PUT" || !path.endsWith("/mp4")) return null;
    const film = house.at("Film.avi");
    if (film?.state === "Processing") house.now().cancel(film.id);
    return "lose-answer";
  });
  const { scratch } = await startFetching(context, served, network);
  const film = await house.becomes("Film.avi", "Failed");
  assert.equal(film.problemCode, "cancelled");
  await until("the scratch folder is empty", () => readdirSync(scratch).length === 0);
  assertNoPartials(house.root);
});
