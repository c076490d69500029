/** What all workers are told of the folders: each with a film by which a worker knows the folder again, wherever it has it. */
import { outputFolder } from "../core/output-paths.ts";
import type { LibrariesSaid } from "../core/work-order.ts";
import type { Running } from "./running.ts";

/** Films of a library of which one is still where it was found: an archived one is not. */
const LOOKED_AT = 200;

export const librariesSaid = ({ settings, store }: Pick<Running, "settings" | "store">): LibrariesSaid =>
  Object.entries(settings.libraries).map(([library, { root, output }]) => {
    const film = store.assets.batch(library, "", LOOKED_AT).find((each) => each.state !== "Archived");
    return {
      library,
      root,
      output: outputFolder(root, "", output),
      known: film ? { path: film.path, sizeBytes: film.sizeBytes } : null,
    };
  });
