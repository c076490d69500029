import assert from "node:assert/strict";
import { test } from "node:test";
import { isProblemCode, PROBLEMS, Problem, type ProblemCode, toProblem } from "./problem.ts";
import { problemFacts, TRIED } from "./problem-tried.ts";

const CODES = Object.keys(PROBLEMS).filter(isProblemCode);

for (const code of CODES)
  test(`${code} tells what, what was tried and what to do`, () => {
    const row = PROBLEMS[code];
    assert.match(code, /^[a-z]+(-[a-z0-9]+)*$/);
    for (const sentence of [row.title, row.hint, TRIED[code]]) assert.match(sentence, /^[A-Zf].{9,300}\.$/);
    assert.notEqual(TRIED[code], row.hint);
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
test("all that is told of a problem, for programs", () => {
  const code: ProblemCode = "disk-full";
  assert.deepEqual(problemFacts(code, "/films"), {
    code,
    title: "The disk is full.",
    detail: "/films",
    tried: TRIED[code],
    hint: PROBLEMS[code].hint,
    retry: "wait",
  });
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
