/** What the System page says of a server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { html, markupOf } from "../src/apps/http/html.ts";
import { serversCard } from "../src/apps/http/pages/servers.ts";
import type { ServerState } from "../src/apps/server-states.ts";

const NOW = 1_700_000_000_000;
const SERVER: ServerState = {
  name: "sonarr",
  label: "Sonarr",
  url: "http://nas:8989",
  waiting: 0,
  toldAt: null,
  problem: null,
  heardAt: null,
  outside: null,
  unknown: null,
};

/** Its words alone. */
const said = (more: Partial<ServerState>): string =>
  markupOf(html`${serversCard([{ ...SERVER, ...more }], NOW)}`)
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(" .", ".")
    .trim();

const problem = {
  code: "target-refuses",
  sentence: "It does not let us in. It answered 401.",
  hint: "Check the key.",
};
const cases: readonly [string, Partial<ServerState>, string][] = [
  ["new", {}, "Nothing was to be told yet."],
  ["told", { toldAt: NOW - 180_000 }, "Told 3 min ago."],
  [
    "away",
    { waiting: 2, toldAt: NOW, problem },
    "2 folders still to be told of. It does not let us in. It answered 401. → Check the key.",
  ],
  [
    "the same, given up",
    { toldAt: NOW, problem },
    "It does not let us in. It answered 401. → Check the key.",
  ],
  ["heard", { heardAt: NOW - 60_000 }, "Nothing was to be told yet. It told us something 1 min ago."],
  [
    "without our folder",
    { toldAt: NOW, unknown: "/films/<b>" },
    "It keeps nothing in /films/&lt;b&gt;. → If it does so under another name, say so in sonarr.path_map.",
  ],
  [
    "with a folder of nobody",
    { heardAt: NOW, outside: "/tv/A" },
    "Nothing was to be told yet. It told us something just now. It told us of /tv/A , which lies in no library. → If that folder is called otherwise here, say so in sonarr.path_map.",
  ],
];
for (const [name, more, words] of cases)
  test(`a server that is ${name}`, () => assert.equal(said(more), `Servers Sonarr http://nas:8989 ${words}`));

test("without a server there is no card", () => assert.equal(serversCard([], NOW), null));
