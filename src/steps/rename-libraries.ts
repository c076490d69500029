/** A library that got another name in the settings keeps its films, with all that is known of them. */
import { type Renamed, renamedLibraries } from "../core/renamed-libraries.ts";
import type { Store } from "../edges/store/store.ts";

export type RenameDeps = { readonly store: Pick<Store, "roots" | "libraries"> };

/** Call it before anything else looks at the films. Which libraries got which names. */
export const renameLibraries = (
  { store }: RenameDeps,
  libraries: Readonly<Record<string, { readonly root: string }>>,
): readonly Renamed[] => {
  const renamed = renamedLibraries(store.roots.all(), libraries);
  for (const { from, to } of renamed) store.libraries.rename(from, to);
  return renamed;
};
