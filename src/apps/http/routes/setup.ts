import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { DEVICE_NAMES } from "../../../core/devices.ts";
import { type FirstAnswers, firstSettings } from "../../../core/first-settings.ts";
import { Problem } from "../../../core/problem.ts";
import { parseSettings, type SettingsIssue } from "../../../core/settings.ts";
import { likelyFolders } from "../../../edges/likely-folders.ts";
import { createDryRun } from "../../dry-run.ts";
import { holdAfter } from "../../first-films.ts";
import type { Face } from "../face.ts";
import { parseInput } from "../input.ts";
import { FOLDERS_ASKED, type SetupForm, setupPage } from "../pages/setup.ts";
import { setupReport, setupReportPage } from "../pages/setup-report.ts";
import { sendPage } from "../send-page.ts";

const FIRST_FILMS = 5;
const FIRST_REASON = "your first five films are begun; try them on your Chromecast";

/** A form sends one value of many as a text, and several as a list. */
const many = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(schema),
  );

const answersSchema = z.strictObject({
  devices: many(z.enum(DEVICE_NAMES)),
  folders: many(z.string().max(4000)).pipe(z.array(z.string()).max(FOLDERS_ASKED)),
  original: z.enum(["keep", "archive"]).default("keep"),
});
const startSchema = z.strictObject({ films: z.enum(["five", "all"]) });

const wordsOf = (issues: readonly SettingsIssue[]): readonly string[] =>
  issues.map(({ path, message }) => `${path}: ${message}`);

/** Whether nothing of the household's own is served: a sample, or no library at all. */
export const needsSetup = ({ control, editor }: Pick<Face, "control" | "editor">): boolean =>
  editor.source.file !== "" &&
  (editor.source.kind() === "sample" || Object.keys(control.settings.libraries).length === 0);

const issueOf = async (folder: string): Promise<string | null> => {
  if (!isAbsolute(folder)) return `${folder}: a folder begins with /`;
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) return `${folder}: there is no such folder on this machine`;
  const isReadable = await access(folder, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  return isReadable ? null : `${folder}: this program may not read it`;
};

const issuesOf = async ({ devices, folders }: SetupForm): Promise<readonly string[]> => {
  const named = await Promise.all(folders.map(issueOf));
  return [
    ...(devices.length === 0 ? ["Choose at least one Chromecast."] : []),
    ...(folders.length === 0 ? ["Name at least one folder."] : []),
    ...named.filter((each) => each !== null),
  ];
};

/** The set-up of a household that has no library yet: three questions, the dry run, and the start. */
export const addSetupRoutes = (app: FastifyInstance, face: Face): void => {
  const { control, editor, files } = face;
  const dryRun = createDryRun();
  let forget = (): void => {};
  app.addHook("preClose", async () => {
    dryRun.close();
    forget();
  });
  const required = (): void => {
    if (!needsSetup(face)) throw new Problem("settings-changed", "There is a library already; see Settings.");
  };
  const ask = async (
    reply: FastifyReply,
    form: SetupForm,
    issues: readonly string[],
  ): Promise<FastifyReply> =>
    sendPage(
      reply.code(issues.length === 0 ? 200 : 422),
      setupPage(files, { form, issues, likely: await likelyFolders() }),
    );

  app.get("/setup", async (_, reply) => {
    if (!needsSetup(face)) return reply.redirect("/settings", 302);
    const before = dryRun.report()?.answers;
    return ask(reply, before ?? { devices: control.settings.devices, folders: [], original: "keep" }, []);
  });

  app.post("/setup", async (request, reply) => {
    required();
    const form = parseInput(answersSchema, request.body);
    const folders = form.folders.map((each) => each.trim()).filter((each) => each !== "");
    const issues = await issuesOf({ ...form, folders });
    if (issues.length > 0) return ask(reply, { ...form, folders }, issues);
    const { encoder } = control.overview();
    const hasCard = encoder.kind === "found" && encoder.isHardware;
    const answers: FirstAnswers = { ...form, folders: folders.map((each) => resolve(each)), hasCard };
    const parsed = parseSettings(firstSettings(answers));
    if (parsed.kind === "invalid") return ask(reply, { ...form, folders }, wordsOf(parsed.issues));
    dryRun.begin(answers, parsed.settings);
    return reply.redirect("/setup/report", 303);
  });

  app.get("/setup/report", async (_, reply) => {
    const report = dryRun.report();
    return report && needsSetup(face)
      ? sendPage(reply, setupReportPage(files, report))
      : reply.redirect("/setup", 302);
  });
  app.get("/setup/report/now", async (_, reply) => {
    const report = dryRun.report();
    if (!report) throw new Problem("usage-invalid", "Nothing is being looked at.");
    return sendPage(reply, setupReport(report));
  });

  app.post("/setup/start", async (request, reply) => {
    const { films } = parseInput(startSchema, request.body);
    required();
    const report = dryRun.report();
    if (!report) return reply.redirect("/setup", 303);
    dryRun.close();
    await saveAnswers(face, report.answers);
    await editor.apply();
    forget();
    forget = films === "five" ? holdAfter(control, FIRST_FILMS, FIRST_REASON) : () => {};
    return reply.redirect("/?done=started", 303);
  });
};

/** Makes the settings file, or fills the one that names no library yet. */
const saveAnswers = async ({ editor }: Face, answers: FirstAnswers): Promise<void> => {
  const first = firstSettings(answers);
  const current = editor.read();
  const { devices, libraries } = first;
  const wanted = current.version === null ? first : { ...current.tree, devices, libraries };
  const drafted = editor.draft(current, wanted);
  if (drafted.kind === "invalid") throw new Problem("settings-invalid", wordsOf(drafted.issues).join("\n"));
  await editor.save(drafted.draft, "page");
};
