/** What every route and page is given. */
import type { FastifyBaseLogger } from "fastify";
import type { LogRing } from "../../edges/log-ring.ts";
import type { Access } from "../access.ts";
import type { Control } from "../control.ts";
import type { SettingsEditor } from "../settings-editor.ts";
import type { SettingsSource } from "../settings-source.ts";
import type { Live } from "./live.ts";
import type { PublicFiles } from "./public-files.ts";

export type Face = {
  readonly control: Control;
  /** Epoch ms. */
  readonly now: () => number;
  readonly files: PublicFiles;
  readonly live: Live;
  /** The last lines of the program's own log. */
  readonly said: LogRing;
  readonly editor: SettingsEditor;
  readonly access: Access;
};

export type ServerOptions = {
  readonly now?: () => number;
  /** Host names besides localhost and IP addresses by which it may be reached. */
  readonly allowedHosts?: readonly string[];
  readonly logger?: FastifyBaseLogger;
  readonly said?: LogRing;
  /** Where settings are read and written; left out, they are shown and cannot be changed. */
  readonly settings?: SettingsSource;
  /** Left out: whoever reaches it may do all. */
  readonly access?: Access;
};
