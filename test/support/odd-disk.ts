/** A file system that does what shares and cheap disks do: no hard links, answers that are lost, calls that fail. */
import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { TestContext } from "node:test";

type Call = "copyFile" | "link" | "lstat" | "open" | "rename" | "unlink";
type Run = (...args: unknown[]) => Promise<unknown>;

export const failed = (code: string): Error =>
  Object.assign(new Error(`${code}: made by the test`), { code });

/** Until the test ends `instead` stands for a call of node:fs/promises, which it may run. */
export const calls = (
  context: TestContext,
  call: Call,
  instead: (run: Run, args: readonly unknown[]) => Promise<unknown>,
): void => {
  const functions = files as unknown as Record<Call, Run>;
  const real = functions[call];
  const put = (it: Run): void => {
    functions[call] = it;
    syncBuiltinESMExports();
  };
  put((...args) => instead(real, args));
  context.after(() => put(real));
};

export const withoutLinks = (context: TestContext): void =>
  calls(context, "link", () => Promise.reject(failed("EPERM")));

/** Once the call is done and said to have failed: the answer got lost. */
export const losesAnswer = (context: TestContext, call: Call, isMeant: (path: string) => boolean): void => {
  let isLost = false;
  calls(context, call, async (run, args) => {
    const result = await run(...args);
    if (isLost || !isMeant(String(args[0]))) return result;
    isLost = true;
    throw failed("EIO");
  });
};
