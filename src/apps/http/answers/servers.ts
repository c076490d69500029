/** The servers of the household, and what they are answered. */
import { z } from "zod";
import { SERVER_NAMES } from "../../../core/servers.ts";
import { time } from "./film.ts";

export const serverState = z.object({
  name: z.enum(SERVER_NAMES),
  label: z.string(),
  url: z.string(),
  waiting: z.number().int().describe("Folders that it is still to be told of"),
  toldAt: time.nullable(),
  problem: z
    .object({ code: z.string(), sentence: z.string(), hint: z.string() })
    .nullable()
    .describe("Why the last was not told"),
  heardAt: time.nullable().describe("What it told us last"),
  outside: z.string().nullable().describe("A folder that it told of and that lies in no library"),
  unknown: z.string().nullable().describe("A folder of ours that it was to be told of and keeps nothing in"),
});

export const arrAnswer = z.object({
  kind: z.enum(["test", "changed", "nothing"]).describe("`nothing`: no file changed"),
  server: z.enum(["sonarr", "radarr"]),
  libraries: z.array(z.string()).describe("Libraries that are looked through now"),
  outside: z.array(z.string()).describe("Folders that lie in no library, as they were told"),
  sentence: z.string(),
});
