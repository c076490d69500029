import { z } from "zod";
import { settingsSchema } from "../../src/core/settings.ts";

type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
};

/**
 * Every leaf key of the settings schema with its default as written in YAML (undefined: it has none).
 * `*` stands for the name of a library or of a profile: `libraries.*.root`.
 */
export const settingsLeaves = (): ReadonlyMap<string, unknown> =>
  new Map(leavesOf("", z.toJSONSchema(settingsSchema, { io: "input" }) as Schema));

const leavesOf = (path: string, schema: Schema): [string, unknown][] => {
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  for (const each of [schema, ...(schema.anyOf ?? [])]) {
    if (each.properties)
      return Object.entries(each.properties).flatMap(([key, value]) => leavesOf(below(key), value));
    // A record of plain values is one key; a record of objects has keys of its own.
    if (typeof each.additionalProperties === "object" && each.additionalProperties.properties)
      return leavesOf(below("*"), each.additionalProperties);
  }
  return [[path, schema.default]];
};
