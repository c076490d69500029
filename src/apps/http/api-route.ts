/** One declaration for one route of the API: Fastify answers by it, and the OpenAPI document is made of it. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import type { z } from "zod";
import type { Scope } from "../../core/access.ts";
import type { ProblemCode } from "../../core/problem.ts";
import { parseInput } from "./input.ts";

/** The chapters of the description, in their order. */
export const TAGS = {
  films: "Films with their verdicts and plans, and what may be done with them",
  queue: "What is converted next, and whether anything is",
  archive: "Originals that were set aside, and how they come back",
  activity: "What happened, and what the program says of itself",
  workers: "The files of films that workers on other machines were given",
  program: "How the program and its machine stand",
  settings: "The settings, who changed them, and how they are taken up",
  events: "What changes, as it changes",
  description: "This description",
} as const;

/** What is said of a route. */
type Told = {
  readonly method: "GET" | "POST" | "PUT";
  /** As Fastify writes it: `/api/assets/:id`. */
  readonly url: `/api/${string}`;
  readonly tag: keyof typeof TAGS;
  /** What a token needs for it; left out: `read` for a GET, else `operate`. */
  readonly scope?: Scope;
  /** One short line without a full stop. */
  readonly summary: string;
  /** More, in whole sentences. */
  readonly about?: string;
  /** Of the good answer; 200 when left out. */
  readonly status?: number;
  /** Further good answers by their status. */
  readonly also?: Readonly<Record<number, string>>;
  /** Headers that are read, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of what is sent, where that may be larger than usual. */
  readonly bodyLimit?: number;
  /** It is asked as often as files are large: not counted among the requests of an address. */
  readonly isUnlimited?: boolean;
  /** Problems of this route, besides those that any request can meet. */
  readonly problems?: readonly ProblemCode[];
};

type MaybeSchema = z.ZodType | undefined;
type Given<T extends MaybeSchema> = T extends z.ZodType ? z.output<T> : undefined;

/** What is read of a request. */
type Reads<P extends MaybeSchema, Q extends MaybeSchema, B extends MaybeSchema> = {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
};

type Input<P extends MaybeSchema, Q extends MaybeSchema, B extends MaybeSchema> = {
  readonly params: Given<P>;
  readonly query: Given<Q>;
  readonly body: Given<B>;
};

/** A value that may not be changed, at any depth, as our own types are. */
type Fixed<T> = T extends readonly (infer E)[]
  ? readonly Fixed<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Fixed<T[K]> }
    : T;

type Run<I, A> = (input: I, request: FastifyRequest, reply: FastifyReply) => A | Promise<A>;

/** All that the description is made of. */
export type ApiDescription = Told &
  Reads<MaybeSchema, MaybeSchema, MaybeSchema> & {
    readonly contentType: string;
    /** Of the good answer, or of each event of a stream; null for bytes. */
    readonly answer: z.ZodType | null;
  };

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the description says of a route under `/api/`. */
    api?: ApiDescription;
  }
}

const read = <T extends MaybeSchema>(schema: T | undefined, value: unknown): Given<T> =>
  (schema === undefined ? undefined : parseInput(schema, value)) as Given<T>;

/**
 * Adds a route that answers with JSON. `run` gets what was asked, checked by the schemas (else the answer is
 * `usage-invalid`), and gives what `answer` describes. A GET has an ETag and is answered with 304 to one who has it.
 */
export const addApiRoute = <
  A extends z.ZodType,
  P extends MaybeSchema = undefined,
  Q extends MaybeSchema = undefined,
  B extends MaybeSchema = undefined,
>(
  app: FastifyInstance,
  {
    run,
    ...told
  }: Told & Reads<P, Q, B> & { readonly answer: A; readonly run: Run<Input<P, Q, B>, Fixed<z.output<A>>> },
): void => {
  const api = { ...told, contentType: "application/json" } as ApiDescription;
  app.route({
    method: told.method as HTTPMethods,
    url: told.url,
    config: { api, ...limitOf(told) },
    ...(told.bodyLimit === undefined ? {} : { bodyLimit: told.bodyLimit }),
    ...(told.method === "GET" ? { onSend: tagged } : {}),
    handler: async (request, reply) => {
      const answer = await run(inputOf(told, request), request, reply);
      return reply.code(told.status ?? 200).send(answer);
    },
  });
};

/** Adds a route whose answer is none of JSON (`contentType`); `run` sends it. `answer` describes an event of a stream. */
export const addRawRoute = <
  P extends MaybeSchema = undefined,
  Q extends MaybeSchema = undefined,
  B extends MaybeSchema = undefined,
>(
  app: FastifyInstance,
  {
    run,
    ...told
  }: Told &
    Reads<P, Q, B> & {
      readonly contentType: string;
      readonly answer?: z.ZodType;
      readonly run: Run<Input<P, Q, B>, unknown>;
    },
): void => {
  app.route({
    method: told.method as HTTPMethods,
    url: told.url,
    config: { api: { ...told, answer: told.answer ?? null } as ApiDescription, ...limitOf(told) },
    handler: async (request, reply) => run(inputOf(told, request), request, reply),
  });
};

const limitOf = ({ isUnlimited = false }: Told): { readonly rateLimit?: false } =>
  isUnlimited ? { rateLimit: false } : {};

const inputOf = <P extends MaybeSchema, Q extends MaybeSchema, B extends MaybeSchema>(
  { params, query, body }: Reads<P, Q, B>,
  request: FastifyRequest,
): Input<P, Q, B> => ({
  params: read(params, request.params),
  query: read(query, request.query),
  body: read(body, request.body),
});

/** The same content has the same tag, so that who asks again is told that nothing changed. */
const tagged = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
  if (typeof payload !== "string" || reply.statusCode !== 200) return payload;
  // A route may have one of its own, which a change then names in `If-Match`.
  const own = reply.getHeader("etag");
  const tag = typeof own === "string" ? own : `"${createHash("sha256").update(payload).digest("base64url")}"`;
  void reply.header("etag", tag).header("cache-control", "private, no-cache");
  const known = (request.headers["if-none-match"] ?? "")
    .split(",")
    .map((each) => each.trim().replace(/^W\//, ""));
  if (!known.includes(tag) && !known.includes("*")) return payload;
  void reply.code(304);
  return "";
};
