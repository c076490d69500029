/** The OpenAPI 3.1 document, made of the declarations of the routes and the schemas that they check by. */
import { STATUS_CODES } from "node:http";
import { z } from "zod";
import { PROBLEMS, type ProblemCode } from "../../core/problem.ts";
import { scopeOf } from "./access-guard.ts";
import { problemSchema } from "./answers/problem.ts";
import { type ApiDescription, TAGS } from "./api-route.ts";

/** As much of JSON Schema 2020-12 as our schemas make. */
export type JsonSchema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly description?: string;
  readonly default?: unknown;
};

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

export type Parameter = {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly description?: string;
};

export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  /** Either of these; what stands in the list is the scope. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
};

export type OpenApi = {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
};

/** What any request can meet. */
const COMMON: readonly ProblemCode[] = [
  "usage-invalid",
  "login-needed",
  "token-refused",
  "scope-missing",
  "request-refused",
  "too-many-requests",
  "database-unusable",
  "database-locked",
  "database-read-only",
  "database-full",
  "database-damaged",
  "internal",
];

const ABOUT = `Times are milliseconds since 1970, sizes are bytes. Every refusal is a problem document (RFC 9457) with a
\`code\`; the codes are a contract. Keys are added freely and never renamed: a reader ignores those it does not know.
Where no password is set, on the machine itself, nobody has to show who they are.
A GET has an ETag; asked with \`If-None-Match\` it answers 304 when nothing changed.`;

const SECURITY = {
  token: {
    type: "http",
    scheme: "bearer",
    description:
      "Made on the page Access or by `cvc token create`. Its scope is read, operate or admin; each may do what those before it may. Programs that know only user and password send it as the password.",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "cvc_session",
    description: "Of a browser that logged in; `__Host-cvc_session` over https. It may do everything.",
  },
} as const;

type Shared = Record<string, JsonSchema>;

/** A schema as JSON; what has a name goes to `shared`. Readers of answers have to bear keys that come later. */
const toJson = (shared: Shared, schema: z.ZodType, io: "input" | "output"): JsonSchema => {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (io === "output" && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  const {
    $schema: _,
    $defs = {},
    ...json
  } = JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/'));
  Object.assign(shared, $defs);
  return json;
};

const parametersOf = (shared: Shared, { params, query, headers = {} }: ApiDescription): Parameter[] => {
  const of = (place: "path" | "query", schema: z.ZodType | undefined): Parameter[] => {
    if (schema === undefined) return [];
    const { properties = {}, required = [] } = toJson(shared, schema, "input");
    return Object.entries(properties).map(([name, { description, ...each }]) => ({
      name,
      in: place,
      required: place === "path" || required.includes(name),
      schema: each,
      ...(description === undefined ? {} : { description }),
    }));
  };
  return [
    ...of("path", params),
    ...of("query", query),
    ...Object.entries(headers).map(
      ([name, description]): Parameter => ({
        name,
        in: "header",
        required: false,
        schema: { type: "string" },
        description,
      }),
    ),
  ];
};

const problemsOf = ({ problems = [], body }: ApiDescription): Operation["responses"] => {
  const codesOf = new Map<number, ProblemCode[]>();
  for (const code of [...problems, ...COMMON]) {
    const status = PROBLEMS[code].http;
    codesOf.set(status, [...new Set([...(codesOf.get(status) ?? []), code])]);
  }
  // A body that is too large, or none that is read here.
  for (const status of body === undefined ? [] : [413, 415]) codesOf.set(status, ["usage-invalid"]);
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    [...codesOf]
      .toSorted(([left], [right]) => left - right)
      .map(([status, codes]) => [
        status,
        { description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join("\n"), content },
      ]),
  );
};

const operationIdOf = ({ method, url }: ApiDescription): string =>
  method.toLowerCase() +
  url
    .split(/[/:.-]+/)
    .filter((part) => part !== "" && part !== "api")
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

const operationOf = (shared: Shared, route: ApiDescription): Operation => {
  const { tag, summary, about, body, method, status = 200, also = {}, answer, contentType } = route;
  const schema = answer === null ? {} : toJson(shared, answer, "output");
  const json = { "application/json": { schema: body ? toJson(shared, body, "input") : {} } };
  const isTagged = method === "GET" && contentType === "application/json";
  return {
    operationId: operationIdOf(route),
    tags: [tag],
    summary,
    ...(about === undefined ? {} : { description: about }),
    security: [{ token: [scopeOf(route) ?? "read"] }, { session: [] }],
    parameters: parametersOf(shared, route),
    ...(body ? { requestBody: { required: !body.safeParse({}).success, content: json } } : {}),
    responses: {
      [status]: { description: STATUS_CODES[status] ?? "", content: { [contentType]: { schema } } },
      ...(isTagged ? { 304: { description: "Nothing changed since the ETag in `If-None-Match`" } } : {}),
      ...Object.fromEntries(Object.entries(also).map(([each, description]) => [each, { description }])),
      ...problemsOf(route),
    },
  };
};

/** The description of these routes. */
export const openApiDocument = (routes: readonly ApiDescription[], version: string): OpenApi => {
  const shared: Shared = {};
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(shared, route) };
  }
  toJson(shared, z.object({ problem: problemSchema }), "output");
  return {
    openapi: "3.1.0",
    info: { title: "Chromecast Video Converter", version, description: ABOUT },
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: shared, securitySchemes: SECURITY },
  };
};
