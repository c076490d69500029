import assert from "node:assert/strict";
import { test } from "node:test";
import { isProblemCode, PROBLEMS, Problem, toProblem } from "./problem.ts";

for (const [code, row] of Object.entries(PROBLEMS))
  test(`${code} tells what and what to do`, () => {
    assert.match(code, /^[a-z]+(-[a-z0-9]+)*$/);
    assert.match(row.title, /^.+\.$/);
    assert.match(row.hint, /^.+\.$/);
    assert.ok(row.http >= 400 && row.http < 600);
  });

test("a problem with a detail", () => {
  const problem = new Problem("disk-full", "/films", "cause");
  assert.equal(problem.message, "The disk is full. /films");
  assert.deepEqual(
    [problem.name, problem.code, problem.detail, problem.cause],
    ["Problem", "disk-full", "/films", "cause"],
  );
  assert.equal(problem.hint, PROBLEMS["disk-full"].hint);
});
test("a problem without a detail", () => assert.equal(new Problem("disk-full").message, "The disk is full."));

for (const [name, code, wanted] of [
  ["one of the table", "disk-full", true],
  ["another", "disk-fuller", false],
  ["what every object has", "constructor", false],
] as const)
  test(`is a code: ${name}`, () => assert.equal(isProblemCode(code), wanted));

test("a problem stays itself", () => {
  const problem = new Problem("io-error");
  assert.equal(toProblem(problem), problem);
});
for (const [name, thrown, detail] of [
  ["an error", new TypeError("x is not a function"), "x is not a function"],
  ["a word", "oh", "oh"],
  ["nothing", undefined, "undefined"],
] as const)
  test(`thrown: ${name}`, () => {
    const problem = toProblem(thrown);
    assert.deepEqual([problem.code, problem.detail, problem.cause], ["internal", detail, thrown]);
  });
