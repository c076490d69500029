/** The verbs of the command line are read one by one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildProgram } from "../src/apps/cli/program.ts";

const namesOf = async (first?: string): Promise<readonly string[]> =>
  (await buildProgram("0", first)).commands.map((each) => each.name());

for (const verb of await namesOf())
  test(`${verb} is found by its name, alone`, async () => {
    assert.deepEqual(await namesOf(verb), [verb]);
  });

for (const first of ["help", "--help", "inspekt", "toString", ""])
  test(`"${first}" names no verb: all are there`, async () => {
    assert.ok((await namesOf(first)).length > 10);
  });
