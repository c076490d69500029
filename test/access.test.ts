/** Who is let in, and who is not: the first password, the login, sessions, and how they end. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SESSION_IDLE_MS, SESSION_MAX_MS } from "../src/core/access.ts";
import { openAccessStore } from "../src/edges/store/access-store.ts";
import { cookieOf, openDoor, PASSWORD } from "./support/access.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

test("reached from other machines and without a password, there is the page that sets one, for who has the code", async (context) => {
  const { ask, post, app, printed } = await openDoor(context, { password: null });
  for (const url of ["/", "/library", "/access", "/settings", "/library/1/thumbnail.jpg"])
    assert.deepEqual((await ask(url)).headers.location, "/welcome", url);
  const asked = await app.inject("/api/status");
  assert.deepEqual([asked.statusCode, asked.json().code], [401, "login-needed"]);
  assert.match(asked.json().detail, /No password is set yet/);
  assert.equal((await post("/login", { password: "" })).statusCode, 401, "an empty password opens nothing");
  assert.equal((await app.inject("/healthz")).statusCode, 200);
  assert.match((await ask("/welcome")).body, /Set-up code/);
  const [, code = ""] = /set-up code is (\S+)$/.exec(printed.join("\n")) ?? [];
  assert.match(code, /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  const wanted = { password: PASSWORD, again: PASSWORD };
  const wrong = await post("/welcome", { ...wanted, code: "ABCD-EFGH" });
  assert.deepEqual([wrong.statusCode, wrong.cookies], [401, []]);
  for (const [password, again, words] of [
    ["short", "short", /at least 8 characters/],
    [PASSWORD, `${PASSWORD}.`, /not the same/],
    ["x".repeat(201), "x".repeat(201), /at most 200/],
  ] as const) {
    const unfit = await post("/welcome", { code, password, again });
    assert.equal(unfit.statusCode, 422);
    assert.match(unfit.body, words);
  }
  const set = await post("/welcome", { ...wanted, code: ` ${code.toLowerCase()} ` });
  assert.deepEqual([set.statusCode, set.headers.location], [303, "/"]);
  assert.equal((await ask("/library", { headers: { cookie: cookieOf(set) } })).statusCode, 200);
  assert.equal((await ask("/welcome")).headers.location, "/login");
  assert.equal((await post("/welcome", { ...wanted, code })).statusCode, 401, "the code works once");
  assert.equal((await ask("/library")).headers.location, "/login?next=%2Flibrary");
});

test("on this machine alone nobody is asked, until a password is set; a request that was passed on is", async (context) => {
  const { ask, post, printed } = await openDoor(context, { password: null, isExposed: false });
  assert.equal((await ask("/library")).statusCode, 200);
  assert.equal((await ask("/welcome")).headers.location, "/access");
  for (const name of ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"]) {
    const passedOn = await ask("/library", { headers: { [name]: "1.2.3.4" } });
    assert.equal(passedOn.headers.location, "/welcome", name);
  }
  assert.match((await ask("/access")).body, /Anybody on this machine/);
  assert.deepEqual(printed, []);
  const set = await post("/access/password", { password: PASSWORD, again: PASSWORD });
  assert.equal(set.headers.location, "/access?done=passwordSet");
  assert.equal((await ask("/library")).headers.location, "/login?next=%2Flibrary");
  const headers = { cookie: cookieOf(set) };
  assert.equal((await ask("/library", { headers })).statusCode, 200);
  const kept = await post("/access/password/remove", { current: "not this one" }, { headers });
  assert.equal(kept.statusCode, 401);
  await post("/access/password/remove", { current: PASSWORD }, { headers });
  assert.equal((await ask("/library")).statusCode, 200);
});

test("where other machines reach it the password stays", async (context) => {
  const { access, post, logIn, ask } = await openDoor(context);
  const headers = { cookie: await logIn() };
  assert.doesNotMatch((await ask("/access", { headers })).body, /Remove the password/);
  const refused = await post("/access/password/remove", { current: PASSWORD }, { headers });
  assert.deepEqual([refused.statusCode, access.hasPassword()], [400, true]);
});

test("the cookie is for http or for https alone, hidden from scripts, and the login leads to where one was going", async (context) => {
  const { post, ask } = await openDoor(context, { server: { trusted_proxies: ["10.0.0.0/8"] } });
  const plain = await post("/login", { password: PASSWORD, next: "/library?state=Failed" });
  assert.deepEqual([plain.statusCode, plain.headers.location], [303, "/library?state=Failed"]);
  assert.match(
    String(plain.headers["set-cookie"]),
    /^cvc_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "films.example" };
  const secure = await post("/login", { password: PASSWORD }, { headers, remoteAddress: "10.0.0.2" });
  assert.match(
    String(secure.headers["set-cookie"]),
    /^__Host-cvc_session=.*; HttpOnly; Secure; SameSite=Lax$/,
  );
  const said = await post("/login", { password: PASSWORD }, { headers, remoteAddress: "11.0.0.2" });
  assert.match(String(said.headers["set-cookie"]), /^cvc_session=/, "no proxy of ours said https");
  const cookie = cookieOf(plain).replace("cvc_session", "__Host-cvc_session");
  assert.equal((await ask("/library", { headers: { cookie } })).statusCode, 303, "not over http");
  for (const next of [
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "javascript:alert(1)",
    "\t//evil.example",
    "evil",
  ])
    assert.equal((await post("/login", { password: PASSWORD, next })).headers.location, "/", next);
});

test("a session ends by itself, by its own hand, by another's, and with the password", async (context) => {
  const { ask, post, logIn, wait, access } = await openDoor(context);
  const isIn = async (cookie: string) => (await ask("/library", { headers: { cookie } })).statusCode === 200;
  const idle = await logIn();
  wait(SESSION_IDLE_MS - MINUTE_MS);
  assert.ok(await isIn(idle));
  wait(SESSION_IDLE_MS - MINUTE_MS);
  assert.ok(await isIn(idle), "it was seen meanwhile");
  wait(SESSION_IDLE_MS);
  assert.equal(await isIn(idle), false);
  const busy = await logIn();
  for (let day = 0; day < SESSION_MAX_MS / DAY_MS - 1; day++) {
    wait(DAY_MS);
    assert.ok(await isIn(busy));
  }
  wait(DAY_MS);
  assert.equal(await isIn(busy), false, "nobody stays for ever");
  const [one, two, three] = [await logIn(), await logIn(), await logIn()];
  assert.equal(access.sessions().length, 3);
  const out = await post("/logout", {}, { headers: { cookie: one } });
  assert.match(String(out.headers["set-cookie"]), /^cvc_session=; /);
  assert.deepEqual([await isIn(one), await isIn(two)], [false, true]);
  const id = access.sessions()[0]?.id;
  await post(`/access/sessions/${id}/end`, {}, { headers: { cookie: two } });
  assert.deepEqual([await isIn(two), await isIn(three)], [true, false]);
  const four = await logIn();
  await post("/access/sessions/end", {}, { headers: { cookie: two } });
  assert.deepEqual([await isIn(two), await isIn(four)], [true, false]);
  const wrong = await post(
    "/access/password",
    { current: "no", password: "another one", again: "another one" },
    { headers: { cookie: two } },
  );
  assert.deepEqual([wrong.statusCode, await isIn(two)], [401, true]);
  const changed = await post(
    "/access/password",
    { current: PASSWORD, password: "another one", again: "another one" },
    { headers: { cookie: two } },
  );
  assert.deepEqual([changed.statusCode, await isIn(two), await isIn(cookieOf(changed))], [303, false, true]);
  assert.equal((await post("/login", { password: PASSWORD })).statusCode, 401);
});

test("who guesses waits, and the right one is not looked at either; nobody else waits", async (context) => {
  const { post, wait, said } = await openDoor(context);
  const tryAs = async (remoteAddress: string, password = "wrong") => {
    const { statusCode, headers, body } = await post("/login", { password }, { remoteAddress });
    return statusCode === 429
      ? [Number(headers["retry-after"]), /in \d+ seconds/.exec(body)?.[0]]
      : statusCode;
  };
  const thief = "192.168.1.66";
  const many = await Promise.all(Array.from({ length: 8 }, () => tryAs(thief)));
  assert.equal(many.filter((each) => each === 401).length, 5, "of many at once five are looked at");
  assert.deepEqual(await tryAs(thief, PASSWORD), [2, "in 2 seconds"]);
  assert.equal(await tryAs("192.168.1.7", PASSWORD), 303);
  wait(2000);
  assert.equal(await tryAs(thief, PASSWORD), 303, "and once it is right, all is forgiven");
  assert.equal(await tryAs(thief), 401);
  assert.match(JSON.stringify(await said.page({ limit: 50 })), /a login was refused.*192\.168\.1\.66/);
});

test("the file of passwords is its owner's, and holds no secret as it was shown", async (context) => {
  const { folder, logIn, access } = await openDoor(context);
  const secrets = [PASSWORD, (await logIn()).split("=")[1] ?? "", access.makeToken("one", "read", null)];
  const file = join(folder, "access.sqlite");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = openAccessStore(folder);
  context.after(again.close);
  assert.match(again.password()?.hash ?? "", /^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  const bytes = ["", "-wal"].map((end) => readFileSync(file + end, "latin1")).join("");
  for (const secret of secrets) assert.ok(!bytes.includes(secret));
});
