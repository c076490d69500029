/** Everything that the doctor looks at, on the command line and on the page. Changes nothing. */
import { usedServers } from "../../core/servers.ts";
import type { Settings } from "../../core/settings.ts";
import type { Ffmpeg } from "../../edges/ffmpeg.ts";
import { whoRuns } from "../../edges/folder-rights.ts";
import { tryQuickReader } from "../../edges/probe/quick-reader.ts";
import { probingFinding } from "../probing-words.ts";
import { lookAtServer } from "../servers.ts";
import { encoderFindings } from "./encoders.ts";
import type { Finding } from "./finding.ts";
import { dataFinding, folderFindings, userFinding } from "./folders.ts";
import { watchingFinding } from "./watching.ts";

export type DoctorInput = {
  readonly settings: Settings;
  /** The data folder. */
  readonly data: string;
  readonly ffmpeg: Ffmpeg;
  /** Reads all of the database and of each backup, which takes seconds for a large library. */
  readonly database: (data: string) => Iterable<Finding> | Promise<Iterable<Finding>>;
  /** Of Redis; left out: there is none. */
  readonly redis?: string | undefined;
  readonly signal?: AbortSignal;
};

import { notifiersOf } from "../notifiers.ts";
import { notifierFinding } from "./notifiers.ts";
import { redisFinding } from "./redis.ts";

/** One finding after the other, as soon as it is known. */
export async function* doctorFindings({
  settings,
  data,
  ffmpeg,
  database,
  redis,
  signal,
}: DoctorInput): AsyncGenerator<Finding> {
  const libraries = Object.keys(settings.libraries).length;
  yield {
    check: "settings",
    state: "ok",
    detail: `${libraries} ${libraries === 1 ? "library" : "libraries"}, devices ${settings.devices.join(", ")}`,
    mend: "",
  };
  yield* await database(data);
  yield* encoderFindings(ffmpeg, settings, signal);
  yield probingFinding(await tryQuickReader());
  const who = await whoRuns();
  yield userFinding(who);
  yield await dataFinding(who, data);
  for (const [name, library] of Object.entries(settings.libraries)) {
    yield* folderFindings(who, name, library);
    yield await watchingFinding(name, library.root, settings.operational.poll_seconds);
  }
  for (const notifier of notifiersOf(settings)) yield await notifierFinding(notifier, signal);
  if (redis !== undefined) yield await redisFinding(redis);
  // Asked at once: several that are away are waited for as long as one.
  const looks = usedServers(settings).map((name) => lookAtServer(settings, name, signal));
  for (const look of looks) yield await look;
}
