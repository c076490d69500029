import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { isTree } from "../core/settings-tree.ts";
import { editYaml } from "./settings-edit.ts";

/** The text after its value was changed by `change`. */
const edited = (
  text: string,
  change: (value: Record<string, Record<string, unknown>>) => void,
): string | null => {
  const value: unknown = parse(text) ?? {};
  assert.ok(isTree(value));
  const wanted = structuredClone(value) as Record<string, Record<string, unknown>>;
  change(wanted);
  const result = editYaml(text, wanted);
  if (result !== null) assert.deepEqual(parse(result) ?? {}, wanted, "it holds what was wanted");
  return result;
};

type Case = readonly [
  string,
  string,
  (value: Record<string, Record<string, unknown>>) => void,
  string | null,
];

const cases: readonly Case[] = [
  [
    "a value changes and everything around it stays",
    "# mine\na:\n    x:   1   # one\n    y: 'two'\n\n# end\n",
    (v) => Object.assign(v.a ?? {}, { x: 2 }),
    "# mine\na:\n    x:   2   # one\n    y: 'two'\n\n# end\n",
  ],
  [
    "Windows line ends stay, also in new lines",
    "a:\r\n  x: 1 # one\r\n",
    (v) => Object.assign(v.a ?? {}, { x: 2, y: 3 }),
    "a:\r\n  x: 2 # one\r\n  y: 3\r\n",
  ],
  [
    "a byte order mark stays",
    "\uFEFFa: { x: 1 }\n",
    (v) => Object.assign(v.a ?? {}, { x: 2 }),
    "\uFEFFa: { x: 2 }\n",
  ],
  [
    "a key is added as deep as its neighbours, before the comment that follows",
    "a:\n     x: 1\n# b is next\nb: {}\n",
    (v) => Object.assign(v.a ?? {}, { y: "nothing" }),
    "a:\n     x: 1\n     y: nothing\n# b is next\nb: {}\n",
  ],
  [
    "a key is added between brackets",
    "a: { x: 1 } # short\n",
    (v) => Object.assign(v.a ?? {}, { y: ["p, q"] }),
    'a: { x: 1, y: [ "p, q" ] } # short\n',
  ],
  ["a key is added to empty brackets", "a: {}\n", (v) => Object.assign(v.a ?? {}, { y: 1 }), "a:\n  y: 1\n"],
  [
    "a key is added where nothing stood",
    "a: # none yet\nb: {}\n",
    (v) => Object.assign(v, { a: { y: 1 } }),
    "a: # none yet\n  y: 1\nb: {}\n",
  ],
  [
    "a section is added to a file of comments",
    "# nothing yet",
    (v) => Object.assign(v, { a: { y: { z: 1 } } }),
    "# nothing yet\na:\n  y:\n    z: 1\n",
  ],
  [
    "a key is removed with its line alone",
    "a:\n  # about x\n  x: 1 # one\n  # about y\n  y: 2\n",
    (v) => delete v.a?.x,
    "a:\n  # about x\n  # about y\n  y: 2\n",
  ],
  ["a key is removed between brackets", "a: {x: 1, y: 2, z: 3}\n", (v) => delete v.a?.y, "a: {x: 1, z: 3}\n"],
  ["the first key is removed between brackets", "a: {x: 1, y: 2}\n", (v) => delete v.a?.x, "a: {y: 2}\n"],
  [
    "the last key of a map leaves an empty map",
    "a:\n  x: 1\nb: {}\n",
    (v) => delete v.a?.x,
    "a: {}\nb: {}\n",
  ],
  [
    "a section is removed with all that is below it",
    "a:\n  x:\n    - 1\n    - 2 # two\n# b\nb: {}\n",
    (v) => delete v.a,
    "# b\nb: {}\n",
  ],
  [
    "a list in brackets changes",
    "a: { l: [vtt, srt] } # both\n",
    (v) => Object.assign(v.a ?? {}, { l: ["vtt"] }),
    "a: { l: [ vtt ] } # both\n",
  ],
  [
    "items of a list of lines keep what is said about them",
    "a:\n  l:\n    - eng # mother\n    - deu # father\n  m: 1\n",
    (v) => Object.assign(v.a ?? {}, { l: ["fra", "eng"] }),
    "a:\n  l:\n    - fra\n    - eng # mother\n  m: 1\n",
  ],
  [
    "a list of lines becomes empty",
    "a:\n  l:\n    - eng\n  m: 1\n",
    (v) => Object.assign(v.a ?? {}, { l: [] }),
    "a:\n  l: []\n  m: 1\n",
  ],
  [
    "a renamed library keeps its lines",
    "libraries:\n  films: # ours\n    root: /f # disk 2\n    depth: 3\n",
    (v) => {
      v.libraries = { movies: { root: "/f", depth: 4 } };
    },
    "libraries:\n  movies: # ours\n    root: /f # disk 2\n    depth: 4\n",
  ],
  [
    "what an alias repeats is written out when it becomes another",
    "a: &one { x: 1 }\nb: *one # as a\n",
    (v) => {
      v.b = { x: 2 };
    },
    "a: &one { x: 1 }\nb: { x: 2 } # as a\n",
  ],
  [
    "what hangs on an anchor keeps its value",
    "a: &one { x: 1 } # both\nb: *one\n",
    (v) => {
      v.a = { x: 2 };
      v.b = { x: 1 };
    },
    "a: &one { x: 2 } # both\nb: { x: 1 }\n",
  ],
  [
    "an anchor that others need is removed, and its value stays with them",
    "a: &one { x: 1 }\nb: *one\n",
    (v) => delete v.a,
    "b: { x: 1 }\n",
  ],
  ["a file without a last line end", "a: 1", (v) => Object.assign(v, { b: 2 }), "a: 1\nb: 2\n"],
  [
    "a text of several lines becomes one",
    "a:\n  x: |\n    one\n    two\n  y: 1\n",
    (v) => Object.assign(v.a ?? {}, { x: "three" }),
    "a:\n  x: three\n  y: 1\n",
  ],
  ["a broken file is left alone", "a: [1\n", () => {}, null],
];

describe("editYaml", () => {
  for (const [name, text, change, expected] of cases)
    it(name, () => {
      if (text === "a: [1\n") assert.equal(editYaml(text, { a: 1 }), null);
      else assert.equal(edited(text, change), expected);
    });

  it("changes the template wherever a key stands, and only there", () => {
    const template = readFileSync(join(import.meta.dirname, "../../config/settings.yaml.template"), "utf8");
    const changed = edited(template, (v) => {
      Object.assign(v.operational ?? {}, { encoder: "software", schedule: ["22:00-07:00"] });
      Object.assign(v.libraries?.series ?? {}, { languages: ["eng"] });
      Object.assign(v.profiles ?? {}, { series: { cq: 20 } });
    });
    const lines = template.split("\n");
    const different = (changed ?? "").split("\n").filter((line) => !lines.includes(line));
    assert.deepEqual(different, [
      "    languages: [ eng ]",
      "  series:                     # every key at its default",
      "    cq: 20",
      "  encoder: software                  # auto | nvenc | qsv | vaapi | videotoolbox | software",
      '  schedule: [ 22:00-07:00 ]                   # when encodes may run, as ["22:00-07:00", "sat-sun 00:00-24:00"]; empty: always',
    ]);
  });

  it("gives a file that holds what was wanted, or none, whatever is wanted", () => {
    const leaf = fc.oneof(
      fc.boolean(),
      fc.integer(),
      fc.constantFrom("", "8M", "a: b", "#no", "- x", "'", '"', "4.1", "no", "é\n\t", "[x", "*y", "&z", "~"),
      fc.array(fc.constantFrom("a", "b, c", "1"), { maxLength: 3 }),
    );
    const key = fc.constantFrom("a", "b", "long-key", "x y", "1", "#", "true");
    const map = fc.dictionary(
      key,
      fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 4, noNullPrototype: true })),
      { maxKeys: 4, noNullPrototype: true },
    );
    const start = fc.constantFrom(
      "",
      "# only\n",
      "a: 1 # one\nb:\n  a: [x] # l\n  b:\n    - a\n    - b # b\n\n# end\n",
      "{a: {b: 1}, b: [1, 2]}\n",
      "b:\r\n   a: 'x'\r\n   # c\r\n   long-key: >\r\n     folded\r\n     text\r\na: {b: 1, a: {}}\r\n",
    );
    fc.assert(
      fc.property(start, map, map, (text, first, second) => {
        const one = editYaml(text, first);
        assert.ok(one !== null, "the first edit");
        const two = editYaml(one, second);
        assert.ok(two !== null, `the second edit of ${one}`);
        assert.deepEqual(parse(two) ?? {}, { ...second });
      }),
      { numRuns: 1000 },
    );
  });
});
