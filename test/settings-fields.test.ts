/** The form knows every setting, and offers only what the schema takes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SettingField } from "../src/core/setting-field.ts";
import { parseSettings } from "../src/core/settings.ts";
import { SETTING_FIELDS } from "../src/core/settings-fields.ts";
import { SECRET_KEYS } from "../src/core/settings-secrets.ts";
import { withValue } from "../src/core/settings-tree.ts";
import { settingsLeaves } from "./support/settings-keys.ts";

const keys = SETTING_FIELDS.map((each) => each.key);

test("each key of the schema has one field, and no other has", () => {
  assert.deepEqual(keys.toSorted(), [...settingsLeaves().keys()].toSorted());
});

test("each field has a label and a help of its own, in a sentence", () => {
  for (const { key, label, help } of SETTING_FIELDS) {
    assert.match(label, /^[A-Z].*[^.]$/, key);
    assert.match(help, /^.*[.]$/, key);
  }
});

test("what is secret is asked for as a secret", () => {
  const secret = SETTING_FIELDS.filter((each) => each.kind.kind === "secret").map((each) => each.key);
  assert.deepEqual(secret.toSorted(), SECRET_KEYS.toSorted());
});

/** The path of a key in settings that have one of everything. */
const pathOf = (key: string): readonly string[] =>
  key.split(".").map((part, _, parts) => (part !== "*" ? part : parts[0] === "profiles" ? "movies" : "one"));
const BASE = {
  libraries: { one: { root: "/one" } },
  profiles: { movies: {} },
  device_profiles: { one: {} },
  notifiers: { one: {} },
  operational: { remove_original_after_success: true },
};

const refused = ({ key }: SettingField, value: unknown): readonly string[] => {
  const path = pathOf(key);
  const parsed = parseSettings(withValue(BASE, path, value));
  return parsed.kind === "ok" ? [] : parsed.issues.map((each) => `${each.path}: ${each.message}`);
};

const written = (kind: string, value: string, isNumber: boolean): unknown => {
  if (kind === "some") return [value];
  if (value === "true" || value === "false") return value === "true";
  return isNumber ? Number(value) : value;
};

for (const field of SETTING_FIELDS) {
  const { kind, key } = field;
  if (kind.kind === "choice" || kind.kind === "some")
    test(`${key}: every choice is taken, and another is not`, () => {
      const isNumber = kind.kind === "choice" && kind.isNumber === true;
      for (const { value } of kind.choices.filter((each) => each.value !== ""))
        assert.deepEqual(refused(field, written(kind.kind, value, isNumber)), [], value);
      assert.notDeepEqual(refused(field, kind.kind === "some" ? ["x"] : "x"), []);
    });
  if (kind.kind === "number")
    test(`${key}: both ends are taken, and nothing beyond them`, () => {
      assert.deepEqual(refused(field, kind.min), []);
      assert.deepEqual(refused(field, kind.max), []);
      assert.notDeepEqual(refused(field, kind.min - 1), []);
      assert.notDeepEqual(refused(field, kind.max + 1), []);
      assert.equal(refused(field, kind.min + 0.5).length === 0, kind.step === "any", "fractions");
    });
}
