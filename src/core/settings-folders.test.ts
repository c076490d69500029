import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSettings } from "./settings.ts";

type Library = { readonly root: string; readonly output?: string; readonly archive?: string };

/** The libraries are refused at these keys and in these words, or taken. */
const check = (libraries: Readonly<Record<string, Library>>, refused?: string, says = /^/): void => {
  test(`${refused ? "refuses" : "takes"} ${JSON.stringify(libraries)}`, () => {
    const parsed = parseSettings({ libraries });
    const issues = parsed.kind === "invalid" ? parsed.issues : [];
    assert.deepEqual(
      issues.map((each) => each.path),
      refused === undefined ? [] : [`libraries.${refused}`],
    );
    for (const { message } of issues) assert.match(message, says);
  });
};

const RELATIVE = /must begin with \/: nothing in it is expanded, not even ~/;
check({ films: { root: "films" } }, "films.root", RELATIVE);
check({ films: { root: "~/films" } }, "films.root", RELATIVE);
check({ films: { root: "$HOME/films" } }, "films.root", RELATIVE);
check({ films: { root: "/f", output: "Beside" } }, "films.output", RELATIVE);
check({ films: { root: "/f", archive: "./old" } }, "films.archive", RELATIVE);

const OWN = /^is, lies in or holds its own library/;
check({ films: { root: "/f", archive: "/f" } }, "films.archive", OWN);
check({ films: { root: "/f", archive: "/x/../f/" } }, "films.archive", OWN);
check({ films: { root: "/m/f", archive: "/m" } }, "films.archive", OWN);
check({ films: { root: "/f", archive: "/f/old" } }, "films.archive", OWN);
check({ films: { root: "/f", archive: "/f/.old" } });
check({ films: { root: "/f", archive: "/f/Extras/.old/originals" } });
check({ films: { root: "/f", archive: "/f-old" } });

const OTHER = /^is, lies in or holds the library "kids", which would take/;
for (const place of ["/k", "/k/old", "/k/.old", "/"]) {
  if (place !== "/")
    check({ films: { root: "/f", archive: place }, kids: { root: "/k" } }, "films.archive", OTHER);
  check({ films: { root: "/f", output: place }, kids: { root: "/k" } }, "films.output", OTHER);
}
check({ films: { root: "/f", output: "/k2" }, kids: { root: "/k" } });
// Results in their own library are known to it, as those beside their films.
check({ films: { root: "/f", output: "/f/ready" }, kids: { root: "/k" } });

const SHARED = /^is, lies in or holds the archive of "films"/;
check({ films: { root: "/f", archive: "/o" }, kids: { root: "/k", archive: "/o/" } }, "kids.archive", SHARED);
check(
  { films: { root: "/f", archive: "/o" }, kids: { root: "/k", archive: "/o/k" } },
  "kids.archive",
  SHARED,
);
check({ films: { root: "/f", archive: "/o/f" }, kids: { root: "/k", archive: "/o/k" } });
check({ films: { root: "/f" }, kids: { root: "/k" } });
check({ films: { root: "/f", output: "/r" }, kids: { root: "/k", output: "/r" } });
check({ films: { root: "/f", output: "/o", archive: "/o" } }, "films.archive", /^is the folder of results/);
check({ films: { root: "/f", output: "/o", archive: "/o/old" } });
