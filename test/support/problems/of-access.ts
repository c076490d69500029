/** Problems of who shows who they are. */
import type { TestContext } from "node:test";
import { openDoor, PASSWORD } from "../access.ts";
import type { Maker, Met } from "./maker.ts";

const json = { accept: "application/json" };

/** What the login answers a program. */
const posted = async (
  context: TestContext,
  url: string,
  fields: Readonly<Record<string, string>>,
  times = 1,
): Promise<Met> => {
  const { post, printed, ask } = await openDoor(context, url === "/welcome" ? { password: null } : {});
  if (url === "/welcome") await ask(url);
  const [code = ""] = /\S+$/.exec(printed[0] ?? "") ?? [];
  for (let left = times - 1; left > 0; left--) await post(url, { code, ...fields }, { headers: json });
  return (await post(url, { code, ...fields }, { headers: json })).json().code;
};

const shown = async (context: TestContext, headers: Record<string, string>): Promise<Met> => {
  const { app } = await openDoor(context);
  return (await app.inject({ method: "POST", url: "/api/scan", payload: {}, headers })).json().code;
};

export const OF_ACCESS = {
  "login-needed": (context) => shown(context, {}),
  "token-refused": (context) => shown(context, { authorization: "Bearer nobodys" }),
  "scope-missing": async (context) => {
    const { app, access } = await openDoor(context);
    const headers = { authorization: `Bearer ${access.makeToken("reader", "read", null)}` };
    return (await app.inject({ method: "POST", url: "/api/scan", payload: {}, headers })).json().code;
  },
  "password-wrong": (context) => posted(context, "/login", { password: `${PASSWORD}.` }),
  "password-unfit": (context) => posted(context, "/welcome", { password: "short", again: "short" }),
  "setup-code-wrong": (context) =>
    posted(context, "/welcome", { code: "?", password: PASSWORD, again: PASSWORD }),
  "too-many-tries": (context) =>
    posted(context, "/welcome", { code: "?", password: PASSWORD, again: PASSWORD }, 6),
} satisfies Record<string, Maker>;
