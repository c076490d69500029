/** The pages in a real Chromium, over a filled test control. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { BrowserContext, Page } from "playwright-core";
import type { ServerOptions } from "../../src/apps/http/face.ts";
import { buildServer } from "../../src/apps/http/server.ts";
import { createKeptLog, type KeptLog } from "../../src/edges/kept-log.ts";
import type { Asset } from "../../src/edges/store/asset-row.ts";
import { findChromium, openChromium } from "./chromium.ts";
import { fillLibrary, openTestControl, type TestControl } from "./control.ts";

export const WAIT_MS = 20_000;

const executablePath = findChromium();

/** The option of `describe`: why tests with Chromium are skipped. */
export const skip = executablePath === null ? "no chromium is installed" : false;

export type Session = {
  readonly app: FastifyInstance;
  readonly base: string;
  readonly control: TestControl;
  readonly context: BrowserContext;
  readonly films: ReadonlyMap<string, Asset>;
  readonly said: KeptLog;
  readonly close: () => Promise<void>;
};

/** A server on loopback over a filled library, and a Chromium. Its folder is its own, and goes when it is closed. */
export const openSession = async (options: ServerOptions = {}): Promise<Session> => {
  const folder = mkdtempSync(join(tmpdir(), "cvc-test-"));
  const { control, close: closeStore } = openTestControl(folder);
  const films = fillLibrary(control, Date.now());
  const said = createKeptLog();
  const app = buildServer(control, { said, ...options });
  const base = await app.listen({ port: 0, host: "127.0.0.1" });
  const { context, close: closeBrowser } = await openChromium(executablePath ?? "");
  const close = async (): Promise<void> => {
    await closeBrowser();
    await app.close();
    closeStore();
    rmSync(folder, { recursive: true, force: true });
  };
  return { app, base, control, context, films, said, close };
};

/** The films of a filled test control have no files to play. */
const isFilmAway = (url: string): boolean => /\/api\/assets\/\d+\/video$/.test(url);

/** A page that fails the test when a script throws, the policy is broken, or anything is asked of another host. */
export const openPage = async (
  { context, base }: Pick<Session, "context" | "base">,
  path: string,
): Promise<{ readonly page: Page; readonly wrong: readonly string[] }> => {
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  // A refused form is an answer with a status, which Chromium reports as an error of its own.
  page.on("console", (message) => {
    if (message.type() !== "error" || /\b(?:409|422)\b/.test(message.text())) return;
    if (!isFilmAway(message.location().url)) wrong.push(message.text());
  });
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) wrong.push(request.url());
  });
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(base + path);
  return { page, wrong };
};

/** Scripts made of text, which waitForFunction uses, are against the page's policy. */
export const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  for (let left = WAIT_MS; !(await isSo()); left -= 50) {
    assert.ok(left > 0, "it did not come");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** The film that has `text` in its path. */
export const part = (films: Session["films"], text: string): Asset => {
  const found = [...films.values()].find((each) => each.path.includes(text));
  assert.ok(found, text);
  return found;
};

const LOOKS = [
  { width: 1440, colorScheme: "light" },
  { width: 1440, colorScheme: "dark" },
  { width: 360, colorScheme: "light" },
  { width: 360, colorScheme: "dark" },
] as const;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The rules of WCAG 2.1 A and AA that a program can check; what is broken, a line each. */
const broken = async (page: Page): Promise<readonly string[]> => {
  // Evaluated by the browser's own tools, which the policy of the page does not bind.
  await page.evaluate(AXE);
  const found: unknown = await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => [id, ...target].join(' '))))",
  );
  return Array.isArray(found) ? found.map(String) : ["axe said nothing"];
};

/**
 * Looks at a page wide and narrow, light and dark: nothing reaches beyond the side, and every control has a name and is
 * readable. With `SHOTS=FOLDER` in the environment a picture of each look is put there.
 */
export const lookAt = async (session: Pick<Session, "context" | "base">, path: string): Promise<void> => {
  const { page, wrong } = await openPage(session, path);
  for (const { width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 1000 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.locator(`html[data-bs-theme=${colorScheme}]`).waitFor();
    const name = `${path} at ${width} ${colorScheme}`;
    assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= width, name);
    if (process.env.SHOTS !== undefined)
      await page.screenshot({
        path: join(process.env.SHOTS, `${name.replaceAll(/\W+/g, "-")}.png`),
        fullPage: true,
      });
    assert.deepEqual(await broken(page), [], name);
  }
  assert.deepEqual(wrong, []);
  await page.close();
};
