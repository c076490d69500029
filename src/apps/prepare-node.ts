/** What Node is told before the program begins. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

export const prepareNode = (): void => {
  // What code made to last a while before is made to last from then on, though a scan makes a million short-lived rows of the
  // same kind: 100 MB of a library of a million films (docs/decisions/0028-short-lived-rows.md).
  setFlagsFromString("--no-allocation-site-pretenuring");
  // Of the thousand files of `serve` half a second is their translation, the same at every start. Beside the packages, where
  // only who may change the program writes; where nobody may, or none is wanted (NODE_DISABLE_COMPILE_CACHE), it goes without.
  enableCompileCache(join(import.meta.dirname, "../../node_modules/.cache/compiled"));
};
