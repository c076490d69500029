/** What can go wrong where somebody shows who they are. */
import { row } from "./problem-row.ts";

export const ACCESS_PROBLEMS = {
  "login-needed": row(
    "The program asks who you are.",
    "Log in on the page. A program sends a token: `cvc` takes it from AUTH_TOKEN or `--token`; the page Access makes one.",
    { http: 401, exit: 3 },
  ),
  "token-refused": row(
    "The token is not known here.",
    "It was revoked, has expired or is another program's. Make a new one on the page Access or with `cvc token create`.",
    { http: 401, exit: 3 },
  ),
  "scope-missing": row(
    "This token may not do that.",
    "Make one that may, on the page Access or with `cvc token create`.",
    { http: 403, exit: 3 },
  ),
  "password-wrong": row(
    "The password is not right.",
    "If it is lost, run `cvc password` on the machine of the program.",
    { http: 401, exit: 2 },
  ),
  "password-unfit": row("The password cannot be taken.", "Choose another one.", { http: 422, exit: 2 }),
  "setup-code-wrong": row(
    "The set-up code is not right.",
    "The program prints it where it was started; in a container see its log.",
    { http: 401, exit: 2 },
  ),
  "too-many-tries": row("There were too many wrong tries.", "Wait as long as is said, then try once more.", {
    http: 429,
    exit: 3,
  }),
} as const;
