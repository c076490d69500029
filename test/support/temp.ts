import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty folder, removed with all that is in it when the test (or suite) that `after` belongs to ends. */
export const tempFolder = (
  context: { readonly after: (fn: () => void) => void },
  parent: string = tmpdir(),
): string => {
  const folder = mkdtempSync(join(parent, "cvc-test-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
