import assert from "node:assert/strict";
import { test } from "node:test";
import { changedFolders } from "./changed-folders.ts";

const LIBRARIES = { films: { root: "/films" } };
const folders = (kind: string, data: unknown, path = "Heat/Heat.mkv") =>
  changedFolders({ kind, path, data }, LIBRARIES);

const cases: readonly [string, string, unknown, readonly string[]][] = [
  [
    "a result beside its film",
    "published-kept",
    { library: "films", output: "/films/Heat/Heat.mp4" },
    ["/films/Heat"],
  ],
  [
    "elsewhere, the original stays",
    "published-kept",
    { library: "films", output: "/out/Heat/Heat.mp4" },
    ["/out/Heat"],
  ],
  [
    "elsewhere, the original left",
    "published-moved",
    { library: "films", output: "/out/Heat/Heat.mp4", original: "archive" },
    ["/out/Heat", "/films/Heat"],
  ],
  [
    "an earlier result in another folder went",
    "published-kept",
    {
      library: "films",
      output: "/films/Heat/Heat.mp4",
      files: ["/out/Heat/Heat.mp4", "/out/Heat/Heat.en.vtt"],
    },
    ["/films/Heat", "/out/Heat"],
  ],
  ["taken over", "published-kept", { library: "films", adopted: true }, []],
  ["taken over, archived long ago", "published-moved", { library: "films", adopted: true }, []],
  ["an undo", "restored", { library: "films", output: "/out/Heat/Heat.mp4" }, ["/out/Heat", "/films/Heat"]],
  ["an undo without a result", "restored", { library: "films" }, ["/films/Heat"]],
  ["a library of long ago", "restored", { library: "old" }, []],
  ["a name that every object has", "restored", { library: "constructor" }, []],
  ["the hidden archive", "original-removed", { file: "/films/.chromecast-originals/Heat/Heat.mkv" }, []],
  ["a named archive", "original-removed", { file: "/archive/Heat/Heat.mkv" }, ["/archive/Heat"]],
  ["set aside", "set-aside-removed", { file: "/films/Heat/.chromecast-set-aside/Heat.mp4" }, []],
  ["nothing known", "published-kept", null, []],
];
for (const [name, kind, data, expected] of cases)
  test(name, () => assert.deepEqual(folders(kind, data), expected));
