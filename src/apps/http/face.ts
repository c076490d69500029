/** What every route and page is given. */
import type { FastifyBaseLogger } from "fastify";
import type { KeptLog } from "../../edges/kept-log.ts";
import type { Metrics } from "../../edges/metrics.ts";
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
  /** The program's own log. */
  readonly said: KeptLog;
  readonly metrics: Metrics;
  readonly editor: SettingsEditor;
  readonly access: Access;
};

export type ServerOptions = {
  readonly now?: () => number;
  /** Host names besides localhost and IP addresses by which it may be reached. */
  readonly allowedHosts?: readonly string[];
  readonly logger?: FastifyBaseLogger;
  readonly said?: KeptLog;
  /** What the program counts; left out, requests alone are counted. */
  readonly metrics?: Metrics;
  /** Where settings are read and written; left out, they are shown and cannot be changed. */
  readonly settings?: SettingsSource;
  /** Left out: whoever reaches it may do all. */
  readonly access?: Access;
};
