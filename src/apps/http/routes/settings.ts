import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem, type ProblemCode } from "../../../core/problem.ts";
import { masked } from "../../../core/settings-secrets.ts";
import { merged } from "../../../core/settings-tree.ts";
import { writtenOf } from "../../../core/settings-written.ts";
import { type CurrentSettings, SETTINGS_TEXT_MAX_BYTES, type SettingsDraft } from "../../settings-editor.ts";
import { settingsEffect } from "../../settings-effect.ts";
import {
  settingsAnswer,
  settingsAppliedAnswer,
  settingsChangeAnswer,
  settingsChangesAnswer,
} from "../answers/settings.ts";
import { addApiRoute } from "../api-route.ts";
import type { Face } from "../face.ts";
import { senderOf } from "../who.ts";

/** Text in a form takes up to three times its size, and more than one form holds it. */
export const SETTINGS_BODY_MAX_BYTES = 4 * SETTINGS_TEXT_MAX_BYTES;

const changeSchema = z
  .strictObject({
    values: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("Merged into what the file says; null takes a key away, lists are replaced"),
    yaml: z.string().max(SETTINGS_TEXT_MAX_BYTES).optional().describe("The whole file, instead of `values`"),
    dryRun: z.boolean().default(false),
    apply: z.boolean().default(false).describe("Takes the saved settings up at once"),
  })
  .refine(({ values, yaml }) => (values === undefined) !== (yaml === undefined), {
    error: "give values or yaml",
  });

const CHANGES_SHOWN = 50;
const whole = z.coerce.number().int().positive();
const pageSchema = z.object({
  limit: whole.max(200).optional(),
  before: whole.max(Number.MAX_SAFE_INTEGER).optional(),
});

/** Of a file that is not there yet. */
const NO_FILE = "none";

export const versionOf = ({ version }: CurrentSettings): string => version ?? NO_FILE;

/** The answer is another once the file is in use, though a change may be made of either. */
const WAITING = "-waiting";

const settingsJson = ({ editor }: Face, current: CurrentSettings) => ({
  source: editor.source.kind(),
  file: current.file,
  version: versionOf(current),
  values: masked(writtenOf(current.settings)),
  written: masked(current.tree),
  waiting: editor.isWaiting(),
});

/** Throws Problem `usage-invalid` without `If-Match`, `settings-changed` when it names another version. */
const requireMatch = (request: FastifyRequest, current: CurrentSettings): void => {
  const said = request.headers["if-match"];
  if (said === undefined)
    throw new Problem("usage-invalid", "If-Match is missing: send the ETag of the settings you read.");
  const known = said.split(",").map((each) =>
    each
      .trim()
      .replace(/^(?:W\/)?"(.*)"$/, "$1")
      .replace(WAITING, ""),
  );
  if (!known.includes("*") && !known.includes(versionOf(current)))
    throw new Problem("settings-changed", current.file);
};

const draftOf = (
  { editor }: Face,
  current: CurrentSettings,
  body: z.output<typeof changeSchema>,
): SettingsDraft => {
  if (body.yaml !== undefined) return editor.draftText(current, body.yaml);
  const made = editor.draft(current, merged(current.tree, body.values ?? {}));
  if (made.kind === "ok") return made.draft;
  throw new Problem(
    "settings-invalid",
    made.issues.map(({ path, message }) => `${path}: ${message}`).join("\n"),
  );
};

const APPLY_PROBLEMS: readonly ProblemCode[] = ["settings-invalid", "settings-not-writable", "restarting"];

/** The settings as values and as text, how they are changed, and who changed them. */
export const addSettingsRoutes = (app: FastifyInstance, face: Face): void => {
  const { editor, control } = face;

  addApiRoute(app, {
    method: "GET",
    url: "/api/settings",
    tag: "settings",
    scope: "admin",
    summary: "The settings",
    about: "Secrets read `********`. A change names the ETag in `If-Match`.",
    answer: settingsAnswer,
    problems: ["settings-invalid"],
    run: (_, __, reply) => {
      const answer = settingsJson(face, editor.read());
      void reply.header("etag", `"${answer.version}${answer.waiting ? WAITING : ""}"`);
      return answer;
    },
  });

  addApiRoute(app, {
    method: "PUT",
    url: "/api/settings",
    tag: "settings",
    scope: "admin",
    summary: "Changes settings in the settings file",
    about:
      "The file keeps its comments, and is made when there is none. A secret that reads `********` stays. With `dryRun` nothing is written, and the answer says what would come of it.",
    bodyLimit: SETTINGS_BODY_MAX_BYTES,
    headers: { "if-match": "The ETag of the settings that are changed; needed but for a dry run" },
    body: changeSchema,
    answer: settingsChangeAnswer,
    problems: [...APPLY_PROBLEMS, "settings-changed", "disk-full"],
    run: async ({ body }, request, reply) => {
      const current = editor.read();
      if (!body.dryRun || request.headers["if-match"] !== undefined) requireMatch(request, current);
      const draft = draftOf(face, current, body);
      const answer = { changes: draft.changes, effect: null };
      if (body.dryRun) {
        const effect = await settingsEffect(control, draft.settings);
        return { ...answer, saved: false, version: versionOf(current), waiting: editor.isWaiting(), effect };
      }
      const version = await editor.save(draft, senderOf(request));
      if (body.apply) await editor.apply();
      const waiting = editor.isWaiting();
      void reply.header("etag", `"${version}${waiting ? WAITING : ""}"`);
      return { ...answer, saved: true, version, waiting };
    },
  });

  addApiRoute(app, {
    method: "GET",
    url: "/api/settings/changes",
    tag: "settings",
    scope: "admin",
    summary: "Who changed which setting when, newest first",
    about: "Of what was changed on the page and by the API; changes of the file by hand are not listed.",
    query: pageSchema,
    answer: settingsChangesAnswer,
    run: ({ query: { limit = CHANGES_SHOWN, before } }) => {
      const changes = control.store.settingsChanges.latest({ limit, ...(before && { before }) });
      return { changes, next: changes.length === limit ? (changes.at(-1)?.id ?? null) : null };
    },
  });

  addApiRoute(app, {
    method: "POST",
    url: "/api/settings/apply",
    tag: "settings",
    scope: "admin",
    summary: "Takes up the saved settings",
    about: "What is in work goes back to the queue and begins again under them.",
    answer: settingsAppliedAnswer,
    problems: APPLY_PROBLEMS,
    run: async () => {
      await editor.apply();
      return { applied: true };
    },
  });
};
