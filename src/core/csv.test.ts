import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { csvLine } from "./csv.ts";

describe("a line of CSV", () => {
  const rows: readonly [string, string | number | null, string][] = [
    ["plain text is quoted", "Heat, 1995", '"Heat, 1995"'],
    ["quotes are doubled", 'a "b"', '"a ""b"""'],
    ["a line break in a name is made visible", "a\r\nb", '"a\uFFFD\uFFFDb"'],
    ["a formula is led by an apostrophe", '=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ["also behind spaces", "  =1+1", `"'  =1+1"`],
    ["also one that begins with a sign", "+1", `"'+1"`],
    ["or with a minus", "-2 (2011).mkv", `"'-2 (2011).mkv"`],
    ["or with an at sign", "@SUM(A1)", `"'@SUM(A1)"`],
    ["or with a full-width sign", "\uFF1D1", '"\'\uFF1D1"'],
    ["a tab before it is made visible and harmless", "\t=1", '"\uFFFD=1"'],
    ["numbers stay numbers", -5, "-5"],
    ["nothing is an empty cell", null, ""],
  ];
  for (const [name, value, expected] of rows)
    it(name, () => assert.equal(csvLine([value]), `${expected}\r\n`));

  it("joins its cells by commas", () => assert.equal(csvLine(["a", 1, null]), '"a",1,\r\n'));
});
