import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildServer } from "../src/apps/http/server.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import { addFilm, fillLibrary, openTestControl, type TestControl } from "./support/control.ts";
import { FILMS } from "./support/films.ts";
import { tempFolder } from "./support/temp.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

type Said = { readonly code: number | null; readonly out: string; readonly err: string };

const run = (url: string, args: readonly string[]): Promise<Said> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
      env: { ...process.env, ORCHESTRATOR_URL: url, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said.err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...said }));
  });

const lines = (out: string): readonly Record<string, unknown>[] =>
  out
    .trim()
    .split("\n")
    .map((each) => JSON.parse(each) as Record<string, unknown>);

describe("the command line against a running orchestrator", () => {
  let url = "";
  let control: TestControl;
  let films: ReadonlyMap<string, Asset>;
  let close = async (): Promise<void> => {};
  before(async () => {
    const opened = openTestControl(tempFolder({ after }));
    control = opened.control;
    films = fillLibrary(control, Date.now());
    for (let n = 0; n < 250; n++)
      addFilm(control, { path: `many/film ${n}.mkv`, library: "series" }, Date.now());
    const app = buildServer(control);
    url = await app.listen({ port: 0, host: "127.0.0.1" });
    close = async () => {
      await app.close();
      opened.close();
    };
  });
  after(async () => close());

  const idOf = (part: string): string =>
    String([...films.values()].find((each) => each.path.includes(part))?.id);

  test("status says the sentence", async () => {
    const said = await run(url, ["status"]);
    assert.equal(said.code, 0, said.err);
    assert.match(said.out, /^7 of 264 films play on your Chromecast; /);
    assert.match(said.out, /Failed +1\n/);
    const [status] = lines((await run(url, ["status", "--json"])).out);
    assert.equal(status?.type, "status");
    control.say({ warnings: [{ code: "backup-failed", sentence: "No backup was made." }] });
    assert.match((await run(url, ["status"])).out, /^Warning: No backup was made\.$/m);
  });

  test("assets lists all pages, and filters", async () => {
    const all = lines((await run(url, ["assets", "--json"])).out);
    assert.equal(all.length, FILMS.length + 250);
    assert.ok(all.every((each) => each.type === "asset"));
    const failed = await run(url, ["assets", "--state", "failed"]);
    assert.match(failed.out, /^ +\d+ {2}Failed +movies\/Ikiru \(1952\)\/Ikiru\.avi {2}\(The film is damaged/);
    assert.equal((await run(url, ["assets", "--reason", "video-codec"])).out.trim().split("\n").length, 2);
  });

  test("a name cannot write over the terminal's lines", async () => {
    const { out } = await run(url, ["assets", "--q", "quotes"]);
    assert.equal(out.trim().split("\n").length, 1);
  });

  test("retry and restore do what they can and say what they cannot", async () => {
    const said = await run(url, ["retry", idOf("M.mp4"), idOf("Arrival"), "99999", "--json"]);
    assert.equal(said.code, 1);
    assert.deepEqual(
      lines(said.out).map((each) => [each.type, each.code]),
      [
        ["queued", undefined],
        ["problem", "state-refuses"],
        ["problem", "asset-not-found"],
      ],
    );
    const byState = await run(url, ["retry", "--state", "failed", "--problem", "source-damaged"]);
    assert.equal(byState.code, 0, byState.err);
    assert.match(byState.out, /queued: movies\/Ikiru/);
    assert.match((await run(url, ["restore", idOf("Severance S01E01")])).out, /restored: series\//);
  });

  test("scan names what it scans", async () => {
    assert.equal((await run(url, ["scan"])).out, "Scanning movies, series.\n");
    const wrong = await run(url, ["scan", "music"]);
    assert.equal(wrong.code, 2);
    assert.equal(
      wrong.err,
      "cvc: There is no library of that name.\n  music\n  Use one of the library names in the settings.\n",
    );
  });
});

describe("the command line, wrongly used", () => {
  let nobody = "";
  before(async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    nobody = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
  });
  const rows: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["--help"], 0, /Usage: cvc/],
    [["--version"], 0, /^\d+\.\d+\.\d+\n$/],
    [["nonsense"], 2, /unknown command/],
    [["retry"], 2, /Name either film numbers or a --state/],
    [["retry", "x"], 2, /whole numbers/],
    [["retry", "1", "--state", "failed"], 2, /Name either/],
    [["assets", "--state", "done"], 2, /States are New, Queued/],
    [["retry", "--state", "failed", "--problem", "x"], 2, /no problem of that name/],
    [["restore"], 2, /Name either film numbers, or --all or a filter/],
    [["restore", "--json"], 2, /^{"type":"problem","code":"usage-invalid"/],
    [["status"], 3, /The orchestrator does not answer.*nothing listens there/s],
    [["status", "--json"], 3, /^{"type":"problem","code":"orchestrator-unreachable"/],
    ...["scan", "status", "assets", "retry", "restore"].map(
      (verb) => [[verb, "--help"], 0, new RegExp(`Usage: cvc ${verb}.*Example`, "s")] as const,
    ),
  ];
  for (const [args, code, words] of rows)
    test(`cvc ${args.join(" ")} ends with ${code}`, async () => {
      const said = await run(nobody, args);
      assert.equal(said.code, code, said.err);
      assert.match(said.out + said.err, words);
      assert.doesNotMatch(said.err, /\.ts:\d/);
    });

  test("something else on the port is not taken for the orchestrator", async () => {
    const server = createServer((_, response) => response.writeHead(404).end("<html>"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const said = await run(`http://127.0.0.1:${port}`, ["status"]);
    server.close();
    assert.equal(said.code, 3);
    assert.match(said.err, /something else answers there/);
  });
});
