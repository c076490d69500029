/** Problems of what a person typed or asked for, and of the program's own house. */
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PassThrough } from "node:stream";
import type { TestContext } from "node:test";
import { createActions } from "../../../src/apps/actions.ts";
import { listenOn } from "../../../src/apps/cli/serve.ts";
import { idSchema, parseInput } from "../../../src/apps/http/input.ts";
import { openLive } from "../../../src/apps/http/live.ts";
import { buildServer } from "../../../src/apps/http/server.ts";
import { createScanLoop } from "../../../src/apps/scan-loop.ts";
import { settingsFrom } from "../../../src/apps/settings-source.ts";
import { connectOrchestrator } from "../../../src/edges/orchestrator-client.ts";
import { createSettingsFile, replaceSettingsFile } from "../../../src/edges/settings-write.ts";
import { lockDataDirectory } from "../../../src/edges/store/lock.ts";
import { openLibrary } from "../../../src/edges/store/open-library.ts";
import { openStore } from "../../../src/edges/store/store.ts";
import { openTestControl, type TestControl } from "../control.ts";
import { runSql } from "../data-folder.ts";
import { newHouse } from "../orchestrator.ts";
import { newBench } from "../running.ts";
import { newSettingsHome } from "../settings.ts";
import { insert, NOW } from "../store.ts";
import { tempFolder } from "../temp.ts";
import { type Maker, type Met, thrown } from "./maker.ts";
import { OF_ACCESS } from "./of-access.ts";

const controlOf = (context: TestContext): TestControl => {
  const { control, close } = openTestControl(tempFolder(context));
  context.after(close);
  return control;
};

/** What the server answers to a request that somebody sends. */
const answered = async (control: TestControl, headers: Record<string, string>): Promise<Met> => {
  const app = buildServer(control);
  const response = await app.inject({ method: "POST", url: "/api/scan", payload: {}, headers });
  await app.close();
  return response.json().code;
};

/** A port that somebody listens on. */
const takenPort = async (context: TestContext): Promise<number> => {
  const server = createServer((_, response) => response.end("somebody else"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
};

const actionsOf = (running: Parameters<typeof createActions>[0]) =>
  createActions(running, {
    explain: () => null,
    restoreNow: () => Promise.reject(new Error("not asked for")),
    giveUp: () => {
      throw new Error("not asked for");
    },
  });

const ofRequests = {
  "usage-invalid": () => thrown(() => parseInput(idSchema, { id: "x" })),
  "settings-invalid": () => thrown(() => settingsFrom({ devices: ["toaster"] })),
  "settings-changed": (context) => {
    const { file } = newSettingsHome(context);
    return thrown(() => replaceSettingsFile(file, "", "another version"));
  },
  "settings-not-writable": (context) => {
    const { file } = newSettingsHome(context);
    return thrown(() => createSettingsFile(join(file, "settings.yaml"), ""));
  },
  restarting: async (context) => {
    const house = newHouse(context);
    const { restart } = await house.start();
    const wanted = { settings: house.now().settings, dataDirectory: house.data };
    const [first, second] = await Promise.allSettled([restart(wanted), restart(wanted)]);
    return thrown(() => {
      if (first.status === "fulfilled" && second.status === "rejected") throw second.reason;
    });
  },
  "asset-not-found": (context) => thrown(() => actionsOf(newBench(context, "/films").running).reprocess(9)),
  "state-refuses": (context) => {
    const { running } = newBench(context, "/films");
    const { id } = insert(running.store, "Film.mkv", { library: "films" });
    return thrown(() => actionsOf(running).cancel(id));
  },
  "library-not-found": (context) =>
    thrown(() => createScanLoop(newBench(context, "/films").running).start("music")),
  "request-refused": (context) => answered(controlOf(context), { origin: "http://evil.example" }),
  "too-many-requests": async (context) => {
    const app = buildServer(controlOf(context));
    context.after(() => app.close());
    for (let left = 2000; left > 0; left--) {
      const response = await app.inject("/favicon.ico");
      if (response.statusCode === 429) return response.json().code;
    }
    return undefined;
  },
  "too-many-listeners": (context) => {
    const live = openLive(controlOf(context), () => NOW);
    context.after(live.close);
    return thrown(() => {
      for (let each = 0; each < 100; each++)
        live.admit("json", null)(new PassThrough() as unknown as ServerResponse);
    });
  },
  ...OF_ACCESS,
  "database-unusable": (context) => {
    const directory = tempFolder(context);
    runSql(join(directory, "library.sqlite"), "CREATE TABLE recipes (name)");
    return thrown(() => openLibrary(directory, NOW));
  },
  "database-newer": (context) => {
    const file = join(tempFolder(context), "library.sqlite");
    const database = new DatabaseSync(file);
    database.exec("PRAGMA user_version = 9999");
    database.close();
    return thrown(() => openStore({ file }));
  },
  "already-running": (context) => {
    const folder = tempFolder(context);
    context.after(lockDataDirectory(folder).release);
    return thrown(() => lockDataDirectory(folder));
  },
  "port-in-use": async (context) => {
    const app = buildServer(controlOf(context));
    context.after(() => app.close());
    const port = await takenPort(context);
    return thrown(() => listenOn(app, { host: "127.0.0.1", port }));
  },
  "orchestrator-unreachable": async (context) => {
    const port = await takenPort(context);
    return thrown(() => connectOrchestrator(`http://127.0.0.1:${port}`).status());
  },
  internal: (context) =>
    answered(
      Object.assign(controlOf(context), {
        startScan: () => {
          throw new TypeError("x is not a function");
        },
      }),
      {},
    ),
} satisfies Record<string, Maker>;

export const OF_REQUESTS: typeof ofRequests = ofRequests;
