/** What the library's page shows, and the addresses of its other views. */
import type { AssetPage } from "../../../edges/store/asset-page.ts";
import type { ShowPage } from "../../../edges/store/asset-shows.ts";
import type { Control } from "../../control.ts";
import type { LibraryInput } from "../input.ts";

export type LibraryView = {
  readonly control: Control;
  readonly now: number;
  readonly lastEventId: string;
  readonly input: LibraryInput;
  readonly page: AssetPage;
  /** Where the films are grouped by show, in place of the page's films. */
  readonly shows: ShowPage | null;
};

/** A list that begins anew: another filter or order has no place in the old one. */
export const FROM_START = { cursor: undefined } as const;

/** `path` with the list's filters, some of them changed; undefined takes one away. */
export const libraryUrl = (
  path: string,
  input: LibraryInput,
  changes: Partial<Record<keyof LibraryInput, string | undefined>> = {},
): string => {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...input, ...changes }))
    if (value !== undefined && value !== "") query.set(key, String(value));
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
};
