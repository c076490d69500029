/** What the library's page shows, and the addresses of its other views. */
import type { AssetPage } from "../../../edges/store/asset-page.ts";
import type { Control } from "../../control.ts";
import type { AssetListInput } from "../input.ts";

export type LibraryView = {
  readonly control: Control;
  readonly now: number;
  readonly lastEventId: string;
  readonly input: AssetListInput;
  readonly page: AssetPage;
};

/** `path` with the list's filters, some of them changed; undefined takes one away. */
export const libraryUrl = (
  path: string,
  input: AssetListInput,
  changes: Partial<Record<keyof AssetListInput, string | undefined>> = {},
): string => {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...input, ...changes }))
    if (value !== undefined && value !== "") query.set(key, String(value));
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
};
