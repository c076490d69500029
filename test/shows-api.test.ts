import assert from "node:assert/strict";
import { test } from "node:test";
import { suite } from "./support/server.ts";

suite("series over the API", (the) => {
  test("each has its seasons and the states of its films, and a filter narrows them", async () => {
    const { app } = the();
    const all = await app.inject("/api/shows");
    assert.deepEqual(all.json(), {
      shows: [
        {
          show: "Severance",
          films: 2,
          seasons: [{ season: 1, films: 2 }],
          states: { Archived: 1, New: 1 },
        },
      ],
      next: null,
    });
    const archived = (await app.inject("/api/shows?state=Archived")).json();
    assert.deepEqual([archived.shows.length, archived.shows[0].films], [1, 1]);
    assert.deepEqual((await app.inject("/api/shows?q=nothing-has-this")).json(), { shows: [], next: null });
    assert.equal(
      (await app.inject("/api/shows?sort=path")).statusCode,
      200,
      "a key that it does not know is ignored",
    );
    assert.equal((await app.inject("/api/shows?limit=0")).statusCode, 400);
  });
});
