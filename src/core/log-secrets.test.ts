import assert from "node:assert/strict";
import { test } from "node:test";
import { hideSecrets } from "./log-secrets.ts";

const SECRETS = ["https://hooks.example/T1/B2/x&y", 'pa"ss', "abc"];

const hidden = (name: string, fields: object, wanted: string): void => {
  test(name, () => assert.equal(hideSecrets(JSON.stringify(fields), SECRETS), wanted));
};

hidden(
  "a secret of the settings, wherever it stands",
  { msg: "POST https://hooks.example/T1/B2/x&y failed" },
  '{"msg":"POST ******** failed"}',
);
hidden(
  "one with a quotation mark",
  { err: { message: 'pa"ss refused' } },
  '{"err":{"message":"******** refused"}}',
);
hidden(
  "one as an address has it",
  { url: `http://a/?to=${encodeURIComponent(SECRETS[0] ?? "")}` },
  '{"url":"http://a/?to=********"}',
);
hidden("what is too short to be told from words", { msg: "abc" }, '{"msg":"abc"}');
hidden(
  "fields that hold one",
  { Authorization: "Bearer 1", api_key: "k", apiKey: 'q"q', headers: { cookie: "a=b" }, token: "of a claim" },
  '{"Authorization":"********","api_key":"********","apiKey":"********","headers":{"cookie":"********"},"token":"of a claim"}',
);
hidden("a password in an address", { msg: "smtp://ann:pw@mail:25/x" }, '{"msg":"smtp://********@mail:25/x"}');
hidden(
  "a key in a query",
  { url: "http://nas:8096/Library?api_key=1f2e&x=1" },
  '{"url":"http://nas:8096/Library?api_key=********&x=1"}',
);
hidden("a header in a message", { msg: "sent Bearer abcdefgh12345" }, '{"msg":"sent Bearer ********"}');
hidden(
  "nothing else",
  { path: "/films/A @ B: C.mkv", detail: "http://nas:8096/web/ said 500", at: "12:30:01" },
  '{"path":"/films/A @ B: C.mkv","detail":"http://nas:8096/web/ said 500","at":"12:30:01"}',
);

test("a long line takes no longer than it is long", () => {
  const startedAt = performance.now();
  for (const part of ["a", "a://", "a:", "?key=", "Bearer ", "https://a:"])
    hideSecrets(JSON.stringify({ path: part.repeat(200_000 / part.length) }), SECRETS);
  assert.ok(performance.now() - startedAt < 2000);
});

test("what is left is JSON", () => {
  const line = { msg: 'x "pa\\"ss" https://u:p@h?token=a"b', password: 'p\\"q', more: ["https://a:b@c/", 1] };
  assert.doesNotThrow(() => JSON.parse(hideSecrets(JSON.stringify(line), SECRETS)));
});
