/** The API's description as a page, made of the same document that programs read. */
import { type Html, html } from "../html.ts";
import type { JsonSchema, OpenApi, Operation } from "../openapi.ts";
import type { PublicFiles } from "../public-files.ts";
import { layout } from "./layout.ts";

/** Longer lists of words are counted. */
const WORDS_SHOWN = 14;

const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1);

const joined = (parts: readonly Html[], by: string): readonly Html[] =>
  parts.map((each, at) => html`${at === 0 ? null : by}${each}`);

/** A type in words; a named one is a link. */
const typeOf = (schema: JsonSchema): Html => {
  if (schema.$ref) return html`<a href="#${nameOf(schema.$ref)}">${nameOf(schema.$ref)}</a>`;
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return html`${joined(options.map(typeOf), " or ")}`;
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum && schema.enum.length > WORDS_SHOWN) return html`one of ${schema.enum.length} words`;
  if (schema.enum)
    return html`${joined(
      schema.enum.map((each) => html`<code>${String(each)}</code>`),
      " ",
    )}`;
  if (schema.type === "array") return html`list of ${typeOf(schema.items ?? {})}`;
  const values = schema.additionalProperties;
  if (schema.type === "object" && typeof values === "object" && !schema.properties)
    return html`by name: ${typeOf(values)}`;
  return html`${schema.type ?? "anything"}`;
};

const partsOf = (schema: JsonSchema): readonly JsonSchema[] => [
  schema,
  ...(schema.items ? [schema.items] : []),
  ...(schema.anyOf ?? schema.oneOf ?? []),
  ...(typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : []),
];

const keyName = (name: string, isSure: boolean): Html =>
  html`<strong class="key">${name}</strong>${isSure ? null : html`<span class="muted" title="may be left out">?</span>`}`;

/** The keys of an object, and of those in it. */
const keysOf = (schema: JsonSchema): Html | null => {
  const keys = partsOf(schema).flatMap(({ properties, required = [] }) =>
    Object.entries(properties ?? {}).map(([key, value]) => ({ key, value, isSure: required.includes(key) })),
  );
  if (keys.length === 0) return null;
  return html`<ul class="keys">${keys.map(
    ({ key, value, isSure }) =>
      html`<li>${keyName(key, isSure)} <span class="type">${typeOf(value)}</span>${value.description ? html` <span class="muted">${prose(value.description)}</span>` : null}${keysOf(value)}</li>`,
  )}</ul>`;
};

/** A schema that is nothing but an object is its keys. */
const schemaBlock = (schema: JsonSchema): Html => {
  const keys = keysOf(schema);
  return html`${schema.type === "object" && keys ? null : html`<p class="type">${typeOf(schema)}</p>`}${keys}`;
};

/** Text in which what stands between backticks is code. */
const prose = (text: string): Html =>
  html`${text.split("`").map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`))}`;

const parameters = ({ parameters: all }: Operation): Html | null =>
  all.length === 0
    ? null
    : html`<h4>Parameters</h4><ul class="keys">${all.map(
        (each) =>
          html`<li>${keyName(each.name, each.required)} <span class="type">${typeOf(each.schema)}</span> <span class="muted">in the ${each.in}${each.description ? html`: ${prose(each.description)}` : null}</span></li>`,
      )}</ul>`;

type Response = readonly [status: string, Operation["responses"][string]];

const isRefusal = ([, { content = {} }]: Response): boolean =>
  Object.hasOwn(content, "application/problem+json");

const answer = ([status, { description, content = {} }]: Response): Html => {
  const [type, { schema = {} } = {}] = Object.entries(content)[0] ?? [];
  return html`<li><strong>${status}</strong> ${prose(description)}${type ? html` <span class="muted">${type}</span>${schemaBlock(schema)}` : null}</li>`;
};

const refusal = ([status, { description }]: Response): Html =>
  html`<li><strong>${status}</strong> ${description.split("\n").map((line) => html`<span class="line">${prose(line)}</span>`)}</li>`;

const answers = ({ responses }: Operation): Html => {
  const all = Object.entries(responses);
  return html`<h4>Answers</h4><ul class="answers">${all.filter((each) => !isRefusal(each)).map(answer)}</ul>
<details><summary>Refusals</summary><ul class="answers">${all.filter(isRefusal).map(refusal)}</ul></details>`;
};

const operation = (method: string, path: string, each: Operation): Html => {
  const body = each.requestBody?.content["application/json"];
  return html`<details class="operation" id="${each.operationId}"><summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code> <span class="muted">${each.summary}</span></summary>
${each.description ? html`<p>${prose(each.description)}</p>` : null}
${parameters(each)}
${body ? html`<h4>Body${each.requestBody?.required ? null : ", may be left out"}</h4>${schemaBlock(body.schema)}` : null}
${answers(each)}
</details>
`;
};

/** The page: every route by its chapter, then the named schemas. */
export const apiDocsPage = (files: PublicFiles, document: OpenApi): Html => {
  const all = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, each]) => ({ method, path, each })),
  );
  const chapters = document.tags.filter(({ name }) => all.some(({ each }) => each.tags.includes(name)));
  return layout(files, {
    title: "API",
    styles: ["api.css"],
    body: html`<section class="card sheet api">
<h1>API</h1>
<p>${prose(document.info.description)}</p>
<p>As a document for programs: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI ${document.openapi}), version ${document.info.version}.</p>
${chapters.map(
  ({ name, description }) => html`<h2>${description}</h2>
${all.filter(({ each }) => each.tags.includes(name)).map(({ method, path, each }) => operation(method, path, each))}`,
)}
<h2>Schemas</h2>
${Object.entries(document.components.schemas).map(
  ([name, schema]) =>
    html`<h3 id="${name}">${name}</h3>${schema.description ? html`<p class="muted">${prose(schema.description)}</p>` : null}${keysOf(schema)}`,
)}
</section>`,
  });
};
