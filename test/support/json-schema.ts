/** Values for and checks by the schemas of the OpenAPI document. */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonSchema, OpenApi } from "../../src/apps/http/openapi.ts";

/** No keys but those that are described: a reader bears them, a test does not. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, closed(each)] as const);
  const isOpen = "properties" in value && "type" in value && !("additionalProperties" in value);
  return Object.fromEntries([...entries, ...(isOpen ? [["additionalProperties", false] as const] : [])]);
};

/** What is wrong with a value by a schema of the document; empty when nothing is. */
export const checkerOf = (document: OpenApi): ((schema: JsonSchema, value: unknown) => readonly string[]) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ $id: "document", components: closed(document.components) as object });
  const compiled = new Map<string, ReturnType<Ajv2020["compile"]>>();
  return (schema, value) => {
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components/', '"document#/components/');
    const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object);
    compiled.set(text, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      (each) => `${each.instancePath} ${each.message} ${JSON.stringify(each.params)}`,
    );
  };
};

/** A value that the schema takes. */
export const rightValue = (schema: JsonSchema): unknown => {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const option = (schema.anyOf ?? schema.oneOf)?.[0];
  if (option) return rightValue(option);
  if (schema.type === "object")
    return Object.fromEntries(
      (schema.required ?? []).map((key) => [key, rightValue(schema.properties?.[key] ?? {})]),
    );
  if (schema.type === "array") return [];
  if (schema.format === "date") return "2026-11-24";
  return { integer: 1, number: 1, boolean: true }[schema.type ?? ""] ?? "a";
};

/** A value that it refuses; undefined when it takes anything. */
export const wrongValue = (schema: JsonSchema): unknown => {
  if (schema.type === "string" && !schema.enum) return { not: "a text" };
  if (schema.type === undefined && !schema.enum && !schema.anyOf && !schema.oneOf) return undefined;
  return "nonsense";
};
