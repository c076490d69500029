import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "../../../core/problem.ts";
import { masked } from "../../../core/settings-secrets.ts";
import { merged } from "../../../core/settings-tree.ts";
import { writtenOf } from "../../../core/settings-written.ts";
import { type CurrentSettings, SETTINGS_TEXT_MAX_BYTES, type SettingsDraft } from "../../settings-editor.ts";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";

/** Text in a form takes up to three times its size, and more than one form holds it. */
export const SETTINGS_BODY_MAX_BYTES = 4 * SETTINGS_TEXT_MAX_BYTES;

const changeSchema = z
  .strictObject({
    values: z.record(z.string(), z.unknown()).optional(),
    yaml: z.string().max(SETTINGS_TEXT_MAX_BYTES).optional(),
    dryRun: z.boolean().default(false),
    apply: z.boolean().default(false),
  })
  .refine(({ values, yaml }) => (values === undefined) !== (yaml === undefined), {
    error: "give values or yaml",
  });

/** Of a file that is not there yet. */
const NO_FILE = "none";

export const versionOf = ({ version }: CurrentSettings): string => version ?? NO_FILE;

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
  const known = said.split(",").map((each) => each.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"));
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

/** The settings as values and as text, how they are changed, and who changed them. */
export const addSettingsRoutes = (app: FastifyInstance, face: Face): void => {
  const { editor } = face;

  app.get("/api/settings", async (_, reply) => {
    const current = editor.read();
    return reply
      .header("etag", `"${versionOf(current)}"`)
      .header("cache-control", "no-store")
      .send(settingsJson(face, current));
  });

  app.put("/api/settings", { bodyLimit: SETTINGS_BODY_MAX_BYTES }, async (request, reply) => {
    const body = parseInput(changeSchema, request.body);
    const current = editor.read();
    requireMatch(request, current);
    const draft = draftOf(face, current, body);
    if (body.dryRun) return { saved: false, changes: draft.changes };
    const version = await editor.save(draft, request.ip);
    if (body.apply) await editor.apply();
    return reply
      .header("etag", `"${version}"`)
      .send({ saved: true, version, changes: draft.changes, waiting: editor.isWaiting() });
  });

  app.get("/api/settings/changes", async (request) => {
    const { limit, before } = parseInput(changesSchema, request.query);
    const changes = face.control.store.settingsChanges.latest({
      limit: limit ?? CHANGES_SHOWN,
      ...(before && { before }),
    });
    return { changes, next: changes.length === (limit ?? CHANGES_SHOWN) ? changes.at(-1)?.id : null };
  });

  app.post("/api/settings/apply", async (_, reply) => {
    await editor.apply();
    return reply.send({ applied: true });
  });
};

const CHANGES_SHOWN = 50;
const whole = z.coerce.number().int().positive();
const changesSchema = z.object({
  limit: whole.max(200).optional(),
  before: whole.max(Number.MAX_SAFE_INTEGER).optional(),
});
