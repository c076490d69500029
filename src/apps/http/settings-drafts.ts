/** Changes that a person looks at before they are saved. They stay here, so that no page has to carry a secret. */
import { randomBytes } from "node:crypto";
import { Problem } from "../../core/problem.ts";
import type { SettingsDraft } from "../settings-editor.ts";

export type Drafts = {
  /** Keeps a draft; the token by which it is found again. */
  readonly keep: (draft: SettingsDraft) => string;
  /** Throws Problem `usage-invalid` for one that is gone. */
  readonly find: (token: string) => SettingsDraft;
  readonly drop: (token: string) => void;
};

const KEPT = 16;
const KEPT_MS = 3_600_000;

export const createDrafts = (now: () => number): Drafts => {
  const kept = new Map<string, { readonly draft: SettingsDraft; readonly at: number }>();
  return {
    keep: (draft) => {
      for (const [token, { at }] of kept) if (now() - at > KEPT_MS) kept.delete(token);
      const [oldest] = kept.keys();
      if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
      const token = randomBytes(16).toString("hex");
      kept.set(token, { draft, at: now() });
      return token;
    },
    find: (token) => {
      const found = kept.get(token);
      if (found && now() - found.at <= KEPT_MS) return found.draft;
      throw new Problem("usage-invalid", "These changes are not kept any more; make them again.");
    },
    drop: (token) => void kept.delete(token),
  };
};
