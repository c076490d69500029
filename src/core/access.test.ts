import assert from "node:assert/strict";
import { test } from "node:test";
import { allows, passwordIssue, SCOPES } from "./access.ts";
import { parseSettings } from "./settings.ts";

test("a scope allows what those before it do", () => {
  const allowed = SCOPES.map((has) => SCOPES.filter((needs) => allows(has, needs)));
  assert.deepEqual(allowed, [["read"], ["read", "operate"], ["read", "operate", "admin"]]);
});

for (const [password, again, words] of [
  ["12345678", "12345678", null],
  ["пароль-12", "пароль-12", null],
  ["🎬🎬🎬🎬", "🎬🎬🎬🎬", /at least 8/],
  ["x".repeat(200), "x".repeat(200), null],
  ["x".repeat(201), "x".repeat(201), /at most 200/],
  ["12345678", "12345679", /not the same/],
] as const)
  test(`a password ${password.slice(0, 12)}`, () => {
    const issue = passwordIssue(password, again);
    if (words === null) assert.equal(issue, null);
    else assert.match(issue ?? "", words);
  });

for (const [server, words] of [
  [{ trusted_proxies: ["172.18.0.2", "172.18.0.0/16", "fd00::/8", "::1"] }, null],
  [{ trusted_proxies: ["proxy"] }, /trusted_proxies.0: must be an address or a network/],
  [{ trusted_proxies: ["172.18.0.0/33"] }, /must be an address or a network/],
  [{ trusted_proxies: ["0.0.0.0/0"] }, /names everybody/],
  [{ trusted_proxies: ["::/0"] }, /names everybody/],
  [{ auth_header: "Remote-User" }, /auth_header: also needs server.trusted_proxies/],
  [{ auth_header: "Remote-User", trusted_proxies: ["10.0.0.1"] }, null],
  [{ auth_header: "Cookie", trusted_proxies: ["10.0.0.1"] }, /is sent by everybody/],
  [{ auth_header: "a b", trusted_proxies: ["10.0.0.1"] }, /the name of a header/],
  [{ allowed_hosts: ["films.home.example", "nas"] }, null],
  [{ allowed_hosts: ["https://films.example"] }, /must be a name alone/],
  [{ allowed_hosts: ["films.example:9000"] }, /must be a name alone/],
  [{ cors_origins: ["*"] }, /address of a site/],
  [{ cors_origins: ["https://*.example"] }, /address of a site/],
] as const)
  test(`the settings say ${JSON.stringify(server)}`, () => {
    const parsed = parseSettings({ server });
    const said =
      parsed.kind === "ok" ? "" : parsed.issues.map(({ path, message }) => `${path}: ${message}`).join("\n");
    if (words === null) assert.equal(said, "");
    else assert.match(said, words);
  });
