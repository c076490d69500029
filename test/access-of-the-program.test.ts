/** The program itself, as it is started and asked on a machine: its first start, what is preset, what `cvc` may. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCli, startCli } from "./support/cli.ts";
import { until } from "./support/orchestrator.ts";
import { tempFolder } from "./support/temp.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const PASSWORD = "correct horse battery";
const TOKEN = "0123456789abcdef0123456789abcdef";

const newHome = (context: TestContext) => {
  const folder = tempFolder(context);
  mkdirSync(join(folder, "films"));
  const env = {
    DATA_DIR: join(folder, "data"),
    HOST: "",
    AUTH_TOKEN: "",
    AUTH_PASSWORD_FILE: "",
  };
  const serve = async (more: Record<string, string> = {}, args: readonly string[] = []) => {
    const cli = startCli(context, ["serve", "--port", "0", "--no-worker", join(folder, "films"), ...args], {
      ...env,
      ...more,
    });
    const port = await until("it serves", () => {
      if (!cli.isRunning()) throw new Error(`It ended: ${cli.out()} ${cli.err()}`);
      return /is on http:\/\/\S+:(\d+)\n/.exec(cli.out())?.[1];
    });
    return { ...cli, url: `http://127.0.0.1:${port}` };
  };
  return { folder, env, serve };
};

/** Runs a verb that reads a line. */
const runWith = (input: string, args: readonly string[], env: Record<string, string>) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("close", (code) => resolve({ code, out, err }));
    child.stdin.end(input);
  });

const status = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(`${url}/api/status`, { headers })).status;

const logIn = async (url: string, password: string): Promise<string> => {
  const body = new URLSearchParams({ password });
  const response = await fetch(`${url}/login`, { method: "POST", body, redirect: "manual" });
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
};

test("on this machine alone it asks nobody, and prints no code", async (context) => {
  const { serve } = newHome(context);
  const { url, out } = await serve();
  assert.equal(await status(url), 200);
  assert.doesNotMatch(out(), /password/);
});

for (const [what, env, args] of [
  ["HOST", { HOST: "0.0.0.0" }, []],
  ["--host", {}, ["--host", "0.0.0.0"]],
  ["another name", {}, ["--allow-host", "films.home"]],
] as const)
  test(`reached from elsewhere by ${what} it prints the code that sets the password`, async (context) => {
    const { serve } = newHome(context);
    const { url, out } = await serve(env, args);
    assert.equal(await status(url), 401);
    const code = await until("the code", () => /set-up code is (\S+)\n/.exec(out())?.[1]);
    const body = new URLSearchParams({ code, password: PASSWORD, again: PASSWORD });
    const set = await fetch(`${url}/welcome`, { method: "POST", body, redirect: "manual" });
    const cookie = (set.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    assert.equal(await status(url, { cookie }), 200);
  });

test("the password and tokens of `cvc` work while the program runs, and outlive it", async (context) => {
  const { serve, env } = newHome(context);
  const first = await serve({ HOST: "0.0.0.0" });
  const set = await runWith(`${PASSWORD}\n`, ["password"], env);
  assert.deepEqual([set.code, set.err], [0, ""]);
  assert.match(set.out, /^The password is set \(.*data\)\. Every browser has to log in again\.\n$/);
  const cookie = await logIn(first.url, PASSWORD);
  assert.equal(await status(first.url, { cookie }), 200);
  assert.equal((await runWith("short\n", ["password"], env)).code, 2);
  assert.equal((await runWith("", ["password"], env)).code, 2);
  const made = await runCli(context, ["token", "create", "script", "--scope", "read", "--days", "30"], env);
  assert.match(made.out, /^cvc_[\w-]{43}\n$/);
  const token = made.out.trim();
  const at = { ...env, ORCHESTRATOR_URL: first.url };
  const rows = [
    [["status"], {}, 3, /asks who you are[\s\S]*AUTH_TOKEN/],
    [["status"], { AUTH_TOKEN: token }, 0, /No films found yet/],
    [["status", "--token", token], {}, 0, /No films found yet/],
    [["queue", "--token", token], {}, 0, /copies/],
    [["assets", "--token", token], {}, 0, /^$/],
    [["archive", "--token", token], {}, 0, /0 files/],
    [["scan", "--token", token], {}, 3, /may not do that[\s\S]*asks for operate/],
    [["retry", "1", "--token", token], {}, 3, /may not do that/],
    [["restore", "1", "--token", token], {}, 3, /may not do that/],
    [["status", "--json", "--token", "x"], {}, 3, /"code":"token-refused"/],
  ] as const;
  await Promise.all(
    rows.map(async ([args, more, code, words]) => {
      const said = await runCli(context, args, { ...at, ...more });
      assert.equal(said.code, code, `${args} ${said.err}`);
      assert.match(said.out + said.err, words);
    }),
  );
  const listed = await runCli(context, ["token", "list"], env);
  assert.match(listed.out, /^ +1 {2}read +used \d{4}-\d\d-\d\d, expires \d{4}-\d\d-\d\d {2}script\n$/);
  first.child.kill("SIGTERM");
  await first.ended;
  const { url, out } = await serve({ HOST: "0.0.0.0" });
  assert.doesNotMatch(out(), /set-up code/);
  assert.equal(await status(url, { cookie }), 200);
  assert.equal((await runCli(context, ["token", "revoke", "1"], env)).code, 0);
  assert.equal((await runCli(context, ["token", "revoke", "1"], env)).code, 2);
  assert.equal(await status(url, { authorization: `Bearer ${token}` }), 401);
  assert.equal((await runCli(context, ["password", "--remove"], env)).code, 0);
  assert.equal(await status(url, { cookie }), 401);
  await fetch(`${url}/welcome`);
  await until("the code", () => /set-up code is (\S+)\n/.test(out()));
});

test("password and token come from files and the environment; another password in the file ends the sessions", async (context) => {
  const { serve, folder } = newHome(context);
  const file = join(folder, "password");
  writeFileSync(file, `${PASSWORD}\n`);
  writeFileSync(join(folder, "token"), TOKEN);
  const env = {
    HOST: "0.0.0.0",
    AUTH_PASSWORD_FILE: file,
    AUTH_TOKEN: "",
    AUTH_TOKEN_FILE: join(folder, "token"),
  };
  const first = await serve(env);
  const cookie = await logIn(first.url, PASSWORD);
  assert.equal(await status(first.url, { cookie }), 200);
  assert.equal(await status(first.url, { authorization: `Bearer ${TOKEN}` }), 200);
  const page = await (await fetch(`${first.url}/access`, { headers: { cookie } })).text();
  assert.match(page, /comes from the file that[\s\S]*preset by the environment/);
  const remote = await runCli(context, ["scan"], { ...env, ORCHESTRATOR_URL: first.url });
  assert.equal(remote.code, 0, remote.err);
  first.child.kill("SIGTERM");
  await first.ended;
  const same = await serve(env);
  assert.equal(await status(same.url, { cookie }), 200);
  same.child.kill("SIGTERM");
  await same.ended;
  writeFileSync(file, "another password");
  const other = await serve(env);
  assert.equal(await status(other.url, { cookie }), 401);
  assert.equal(await status(other.url, { cookie: await logIn(other.url, "another password") }), 200);
});

test("what is preset and cannot be used ends the start, and is not repeated", async (context) => {
  const { folder, env } = newHome(context);
  const short = join(folder, "short");
  writeFileSync(short, "secret\n");
  for (const [more, words] of [
    [{ AUTH_PASSWORD_FILE: join(folder, "nothing") }, /AUTH_PASSWORD_FILE: .*ENOENT/],
    [{ AUTH_PASSWORD_FILE: short }, /AUTH_PASSWORD_FILE: .*at least 8 characters/],
    [{ AUTH_TOKEN: "secret" }, /AUTH_TOKEN: has less than 24 characters/],
  ] as const) {
    const said = await runCli(context, ["serve", "--port", "0", join(folder, "films")], { ...env, ...more });
    assert.equal(said.code, 2);
    assert.match(said.err, words);
    assert.doesNotMatch(said.err, /secret\b/);
  }
});
