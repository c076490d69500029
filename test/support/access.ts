/** A server with a door: a real store of passwords and tokens, a clock that a test sets. */
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { type Access, createAccess, setPassword } from "../../src/apps/access.ts";
import { buildServer } from "../../src/apps/http/server.ts";
import { parseSettings, type Settings } from "../../src/core/settings.ts";
import { createKeptLog, type KeptLog } from "../../src/edges/kept-log.ts";
import { createProgramLog } from "../../src/edges/log.ts";
import { type AccessStore, openAccessStore } from "../../src/edges/store/access-store.ts";
import { openTestControl, type TestControl } from "./control.ts";
import { BROWSER, FORM } from "./server.ts";
import { newSettingsHome } from "./settings.ts";
import { tempFolder } from "./temp.ts";

export const PASSWORD = "correct horse battery";

type Door = {
  readonly app: FastifyInstance;
  readonly access: Access;
  readonly store: AccessStore;
  readonly control: TestControl;
  readonly folder: string;
  /** What was printed where the program was started. */
  readonly printed: readonly string[];
  readonly said: KeptLog;
  /** Lets time go by; ms. */
  readonly wait: (ms: number) => void;
  readonly now: () => number;
  readonly ask: (url: string, more?: InjectOptions) => Promise<LightMyRequestResponse>;
  readonly post: (
    url: string,
    fields: Readonly<Record<string, string>>,
    more?: InjectOptions,
  ) => Promise<LightMyRequestResponse>;
  /** Logs in; the cookie. */
  readonly logIn: (more?: InjectOptions) => Promise<string>;
};

type Wanted = {
  readonly isExposed?: boolean;
  /** Null: none is set. */
  readonly password?: string | null;
  readonly presetToken?: string;
  readonly server?: Partial<Settings["server"]>;
  readonly allowedHosts?: readonly string[];
  /** The settings file, in place of the usual one. */
  readonly settingsText?: string;
};

/** The cookie that an answer sets, as a browser sends it back. */
export const cookieOf = (response: LightMyRequestResponse): string => {
  const [first] = response.cookies;
  return first ? `${first.name}=${first.value}` : "";
};

/** Settings with another part `server`, checked as those of a file. */
export const withServer = (settings: Settings, server: Partial<Settings["server"]>): Settings => {
  const parsed = parseSettings({ server });
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.issues));
  return { ...settings, server: parsed.settings.server };
};

export const openDoor = async (
  context: { readonly after: (work: () => void | Promise<void>) => void },
  {
    isExposed = true,
    password = PASSWORD,
    presetToken,
    server = {},
    allowedHosts = [],
    settingsText,
  }: Wanted = {},
): Promise<Door> => {
  let time = Date.now();
  const now = () => time;
  const folder = tempFolder(context);
  const opened = openTestControl(folder, now);
  const { source } = newSettingsHome(context, settingsText);
  const settings = settingsText === undefined ? opened.control.settings : source.load();
  const control = { ...opened.control, settings: withServer(settings, server) };
  const store = openAccessStore(folder);
  if (password !== null) await setPassword(store, { password, again: password }, time);
  const printed: string[] = [];
  const said = createKeptLog();
  const say = (line: string) => void printed.push(line);
  const access = createAccess({ store, now, isExposed, say, ...(presetToken && { presetToken }) });
  // Nothing is masked: what is secret must not be said at all.
  const rules = { kept: "debug", printed: "error", secrets: [] } as const;
  const logger = createProgramLog(() => rules, said).child({ source: "page" });
  const app = buildServer(control, { access, now, said, settings: source, allowedHosts, logger });
  context.after(async () => {
    await app.close();
    store.close();
    opened.close();
  });
  const ask: Door["ask"] = (url, { headers, ...more } = {}) =>
    app.inject({ url, ...more, headers: { ...BROWSER, ...headers } });
  const post: Door["post"] = (url, fields, { headers, ...more } = {}) =>
    app.inject({
      method: "POST",
      url,
      ...more,
      payload: new URLSearchParams(fields).toString(),
      headers: { ...FORM, ...headers },
    });
  const logIn: Door["logIn"] = async (more) =>
    cookieOf(await post("/login", { password: password ?? "" }, more));
  const wait = (ms: number): void => {
    time += ms;
  };
  return { app, access, store, control, folder, printed, said, wait, now, ask, post, logIn };
};
