/** The pages of the settings: a form, a review of what changes, the file as text, and who changed what. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem, toProblem } from "../../../core/problem.ts";
import { SERVER_NAMES } from "../../../core/servers.ts";
import type { SettingField } from "../../../core/setting-field.ts";
import { parseSettings, type SettingsIssue } from "../../../core/settings.ts";
import { withSecretsOf } from "../../../core/settings-secrets.ts";
import { isTree, type SettingsTree } from "../../../core/settings-tree.ts";
import { tryServer } from "../../servers.ts";
import { type CurrentSettings, SETTINGS_TEXT_MAX_BYTES } from "../../settings-editor.ts";
import { settingsEffect } from "../../settings-effect.ts";
import type { Face } from "../face.ts";
import { type Html, html } from "../html.ts";
import { parseInput } from "../input.ts";
import { messagesSection } from "../pages/messages.ts";
import { doneNotice } from "../pages/notice.ts";
import { settingsChanges } from "../pages/settings-changes.ts";
import { type SettingsForm, settingsForm } from "../pages/settings-form.ts";
import { type SettingsView, settingsFrame } from "../pages/settings-frame.ts";
import { settingsReview } from "../pages/settings-review.ts";
import { settingsText } from "../pages/settings-text.ts";
import { sendPage } from "../send-page.ts";
import { createDrafts, type Drafts } from "../settings-drafts.ts";
import {
  blankGroup,
  FIXED_FIELDS,
  type FormState,
  fieldsOfMap,
  issuesByField,
  keyIn,
  NAMED_MAPS,
  stateOfSent,
  stateOfTree,
  treeOfState,
} from "../settings-form.ts";
import { senderOf } from "../who.ts";
import { SETTINGS_BODY_MAX_BYTES, versionOf } from "./settings.ts";

const CHANGES_SHOWN = 50;

const formSchema = z.looseObject({
  version: z.string().max(100),
  token: z.string().max(100).default(""),
  intent: z
    .enum([
      "review",
      ...NAMED_MAPS.map((map) => `add-${map}` as const),
      ...SERVER_NAMES.map((name) => `try-${name}` as const),
    ])
    .default("review"),
});
const textSchema = z.object({
  version: z.string().max(100),
  text: z.string().max(SETTINGS_TEXT_MAX_BYTES),
});
const saveSchema = z.object({ token: z.string().max(100), use: z.enum(["now", "later"]) });
const tokenSchema = z.object({ token: z.string().max(100) });
const pageSchema = z.object({
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
});

const viewOf = ({ control, editor }: Face): SettingsView => ({
  editor,
  inWork: control.store.assets.counts().state.Processing,
});

const requireSame = (current: CurrentSettings, version: string): void => {
  if (versionOf(current) !== version) throw new Problem("settings-changed", current.file);
};

/** The file's values, and the secrets of changes that are made over again. */
const baseOf = (current: CurrentSettings, drafts: Drafts, token: string): SettingsTree =>
  token === "" ? current.tree : withSecretsOf(current.tree, drafts.find(token).tree);

/** What a person typed into a field of a secret is not sent back, so it has to be typed again. */
const withoutSecrets = ({ texts, groups }: FormState): readonly SettingsIssue[] => {
  const isSecret = ({ kind }: SettingField): boolean => kind.kind === "secret";
  return [
    ...FIXED_FIELDS.filter((each) => isSecret(each) && texts[each.key]).map(({ key }) => key),
    ...groups.flatMap((group) =>
      fieldsOfMap(group.map)
        .filter((each) => isSecret(each) && group.texts[keyIn(each)])
        .map((each) => `${group.map}.${group.name}.${keyIn(each)}`),
    ),
  ].map((path) => ({ path, message: "type it once more" }));
};

type Ask = { readonly face: Face; readonly drafts: Drafts };

const formOf = ({ face }: Ask, current: CurrentSettings, more: Partial<SettingsForm>): Html =>
  settingsForm({
    state: stateOfTree(current.tree),
    issues: new Map(),
    tree: current.tree,
    version: versionOf(current),
    token: "",
    canSave: face.editor.source.file !== "",
    ...more,
  });

const showForm = (ask: Ask, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const { face, drafts } = ask;
  const current = face.editor.read();
  const query: unknown = request.query;
  const token = isTree(query) && typeof query.token === "string" ? query.token : "";
  const more = token === "" ? {} : { token, state: stateOfTree(drafts.find(token).tree) };
  const trials = messagesSection(face.control.notifiers.list(), face.now(), "/settings");
  const body = html`${formOf(ask, current, more)}${trials}`;
  return sendPage(
    reply,
    settingsFrame(face.files, viewOf(face), { tab: "form", body, notice: doneNotice(request.query) }),
  );
};

/** What was typed is shown again with what is wrong, added or tried; else the review follows. */
const takeForm = async (ask: Ask, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { face, drafts } = ask;
  const sent = parseInput(formSchema, request.body);
  const current = face.editor.read();
  requireSame(current, sent.version);
  const base = baseOf(current, drafts, sent.token);
  const state = stateOfSent(sent, base);
  const again = (shown: FormState, issues: readonly SettingsIssue[], status: number): FastifyReply => {
    const found = issuesByField(shown, [...issues, ...withoutSecrets(shown)]);
    const body = formOf(ask, current, { state: shown, issues: found, tree: base, token: sent.token });
    return sendPage(reply.code(status), settingsFrame(face.files, viewOf(face), { tab: "form", body }));
  };
  const added = NAMED_MAPS.find((map) => sent.intent === `add-${map}`);
  if (added !== undefined) return again({ ...state, groups: [...state.groups, blankGroup(added)] }, [], 200);

  const { tree, issues } = treeOfState(state, base);
  const parsed = parseSettings(tree);
  const wrong = [...issues, ...(parsed.kind === "invalid" ? parsed.issues : [])];
  if (wrong.length > 0) return again(state, wrong, 422);
  const made = face.editor.draft(current, tree);
  if (made.kind === "invalid") return again(state, made.issues, 422);
  const token = drafts.keep(made.draft);
  const server = SERVER_NAMES.find((name) => sent.intent === `try-${name}`);
  if (server === undefined) return reply.redirect(`/settings/review?token=${token}`, 303);
  const tried = { name: server, finding: await tryServer(made.draft.settings, server) };
  const more = { state: stateOfTree(made.draft.tree), tree: made.draft.tree, token, tried };
  const body = formOf(ask, current, more);
  return sendPage(reply, settingsFrame(face.files, viewOf(face), { tab: "form", body }));
};

const showText = (
  { face }: Ask,
  reply: FastifyReply,
  more: { readonly text?: string; readonly wrong?: readonly string[] } = {},
): FastifyReply => {
  const current = face.editor.read();
  const body = settingsText({
    text: more.text ?? face.editor.maskedText(current),
    version: versionOf(current),
    wrong: more.wrong ?? [],
    canSave: face.editor.source.file !== "",
  });
  const markup = settingsFrame(face.files, viewOf(face), { tab: "text", title: "Settings", body });
  return sendPage(reply.code(more.wrong ? 422 : 200), markup);
};

const takeText = (ask: Ask, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const { face, drafts } = ask;
  const { version, text } = parseInput(textSchema, request.body);
  const current = face.editor.read();
  requireSame(current, version);
  // A form sends every line with the line ends of the web, whatever the file has.
  const lines = text.replaceAll("\r\n", "\n");
  const typed = current.text.includes("\r\n") ? lines.replaceAll("\n", "\r\n") : lines;
  try {
    const draft = face.editor.draftText(current, typed);
    return reply.redirect(`/settings/review?token=${drafts.keep(draft)}&from=text`, 303);
  } catch (thrown) {
    const { code, detail } = toProblem(thrown);
    if (code !== "settings-invalid") throw thrown;
    return showText(ask, reply, { text: lines, wrong: detail.split("\n") });
  }
};

const showReview = async (ask: Ask, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const { face, drafts } = ask;
  const { token } = parseInput(tokenSchema, request.query);
  const draft = drafts.find(token);
  const view = viewOf(face);
  const isText = isTree(request.query) && request.query.from === "text";
  const body = settingsReview(view, {
    draft,
    effect: await settingsEffect(face.control, draft.settings),
    token,
    back: isText ? "/settings/text" : `/settings?token=${token}`,
    file: face.editor.source.file,
  });
  return sendPage(reply, settingsFrame(face.files, view, { tab: null, title: "Review the changes", body }));
};

export const addSettingsPages = (app: FastifyInstance, face: Face): void => {
  const ask: Ask = { face, drafts: createDrafts(face.now) };
  const { editor, control, files, now } = face;

  app.get("/settings", async (request, reply) => showForm(ask, request, reply));
  app.post("/settings", { bodyLimit: SETTINGS_BODY_MAX_BYTES }, async (request, reply) =>
    takeForm(ask, request, reply),
  );
  app.get("/settings/review", async (request, reply) => showReview(ask, request, reply));
  app.get("/settings/text", async (_, reply) => showText(ask, reply));
  app.post("/settings/text", { bodyLimit: SETTINGS_BODY_MAX_BYTES }, async (request, reply) =>
    takeText(ask, request, reply),
  );

  app.post("/settings/save", async (request, reply) => {
    const { token, use } = parseInput(saveSchema, request.body);
    await editor.save(ask.drafts.find(token), senderOf(request));
    ask.drafts.drop(token);
    if (use === "now") await editor.apply();
    return reply.redirect(`/settings?done=${use === "now" ? "settingsUsed" : "settingsSaved"}`, 303);
  });

  app.post("/settings/use", async (_, reply) => {
    await editor.apply();
    return reply.redirect("/settings?done=settingsUsed", 303);
  });

  app.get("/settings/changes", async (request, reply) => {
    const { before } = parseInput(pageSchema, request.query);
    const page = { limit: CHANGES_SHOWN, ...(before !== undefined && { before }) };
    const changes = control.store.settingsChanges.latest(page);
    const next = changes.length === CHANGES_SHOWN ? (changes.at(-1)?.id ?? null) : null;
    const body = settingsChanges(changes, next, now());
    return sendPage(reply, settingsFrame(files, viewOf(face), { tab: "changes", body }));
  });
};
