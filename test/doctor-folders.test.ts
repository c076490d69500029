/** What `cvc doctor` says of folders: who runs it, whose they are, and the command that mends it. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Finding } from "../src/apps/doctor/finding.ts";
import { type FoldersOfLibrary, folderFindings } from "../src/apps/doctor/folders.ts";
import { whoRuns } from "../src/edges/folder-rights.ts";
import { asOther, giveToOther, NOBODY, withoutOtherUser, withoutRoot } from "./support/other-user.ts";
import { tempFolder } from "./support/temp.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const skip = withoutRoot || withoutOtherUser();
const BESIDE = { depth: "max", original: "keep", output: "beside", archive: "" } as const;
const [STRANGER, GROUP] = [1234, 2345];

/** What doctor says to another user, by check. */
const said = (library: FoldersOfLibrary, groups: readonly number[] = []): ReadonlyMap<string, Finding> => {
  const module = `
import { dataFinding, folderFindings, userFinding } from "SRC/apps/doctor/folders.ts";
import { whoRuns } from "SRC/edges/folder-rights.ts";
const who = await whoRuns();
const said = [userFinding(who), await dataFinding(who, ${JSON.stringify(library.root)})];
for await (const finding of folderFindings(who, "films", ${JSON.stringify(library)})) said.push(finding);
console.log(JSON.stringify(said));`;
  return new Map((asOther(module, groups) as readonly Finding[]).map((each) => [each.check, each]));
};

const statesOf = (all: ReadonlyMap<string, Finding>): readonly string[] =>
  [...all.values()].slice(2).map(({ check, state }) => `${check}: ${state}`);

/** A library's folder that another user may reach; its name is hard to quote. */
const folderOf = (context: TestContext, owner: number, group: number, mode: number): string => {
  const parent = tempFolder(context);
  chmodSync(parent, 0o755);
  const root = join(parent, "it's films");
  mkdirSync(root);
  chownSync(root, owner, group);
  chmodSync(root, mode);
  return root;
};

/** Runs the command in backticks as the one for whom it is meant. */
const mend = ({ mend: text }: Finding, asNobody: boolean): void => {
  const command = /`(?:sudo )?([^`]+)`/.exec(text)?.[1] ?? "";
  const ids = asNobody ? { uid: NOBODY, gid: NOBODY } : {};
  execFileSync("sh", ["-c", command], { cwd: "/", ...ids });
};

for (const [name, owner, mode, command] of [
  ["its own", NOBODY, 0o555, "`chmod u+rwx "],
  ["one of its group", STRANGER, 0o755, "`sudo chmod g+rwx "],
] as const)
  test(`${name} that is closed: who, whose, and the command mends it`, { skip }, (context) => {
    const root = folderOf(context, owner, GROUP, mode);
    const before = said({ root, ...BESIDE }, [GROUP]);
    assert.deepEqual(statesOf(before), ["library films: bad"]);
    const finding = before.get("library films");
    assert.ok(finding);
    assert.ok(finding.mend.startsWith(command), finding.mend);
    const octal = mode.toString(8);
    const words = `\\(uid ${NOBODY}\\), groups .* cannot write in ${root}, which belongs to .*\\(${owner}:${GROUP}\\), mode ${octal} `;
    assert.match(finding.detail, new RegExp(words));
    assert.deepEqual(before.get("data folder"), { ...finding, check: "data folder" });
    assert.match(
      before.get("user")?.detail ?? "",
      new RegExp(`^runs as .*\\(uid ${NOBODY}\\), groups .*${GROUP}`),
    );
    mend(finding, owner === NOBODY);
    assert.deepEqual(statesOf(said({ root, ...BESIDE }, [GROUP])), ["library films: ok"]);
  });

test("a single closed folder deep in the library is named, several by one command; a scan's depth counts", {
  skip,
}, (context) => {
  const root = folderOf(context, NOBODY, NOBODY, 0o755);
  for (const path of ["a/b/c", "a/d", ".hidden"]) mkdirSync(join(root, path), { recursive: true });
  for (const path of ["a", "a/b", "a/d"]) giveToOther(join(root, path));
  const deep = join(root, "a/b/c");
  chownSync(deep, STRANGER, GROUP);
  const one = said({ root, ...BESIDE }, [GROUP]).get("folders of films");
  assert.match(
    one?.detail ?? "",
    /^1 of 4 folders looked at cannot be written: .*\/a\/b\/c, which belongs to /,
  );
  assert.match(one?.mend ?? "", /^`sudo chmod g\+rwx '.*\/a\/b\/c'`$/);
  assert.deepEqual(statesOf(said({ root, ...BESIDE, depth: 2 }, [GROUP])), [
    "library films: ok",
    "folders of films: ok",
  ]);
  chownSync(join(root, "a/d"), STRANGER, GROUP);
  const both = said({ root, ...BESIDE }, [GROUP]).get("folders of films");
  assert.match(both?.detail ?? "", /^2 of 4 folders looked at /);
  assert.ok(both);
  mend(both, false);
  assert.equal(
    said({ root, ...BESIDE }, [GROUP]).get("folders of films")?.detail,
    "4 folders looked at can be written",
  );
});

test("results and archive in folders of their own: the library is only read, what is not made yet can be", {
  skip,
}, (context) => {
  const root = folderOf(context, STRANGER, GROUP, 0o755);
  const ready = join(folderOf(context, STRANGER, GROUP, 0o755), "ready");
  const before = said({ root, ...BESIDE, output: ready }).get("output of films");
  assert.match(before?.detail ?? "", /^there is no folder .*\/ready$/);
  assert.match(before?.mend ?? "", /^Mount its disk\. A new folder you make by hand/);
  mkdirSync(ready);
  const closed = said({ root, ...BESIDE, output: ready });
  assert.deepEqual(statesOf(closed), ["library films: ok", "output of films: bad"]);
  giveToOther(ready);
  const empty = said({ root, ...BESIDE, output: ready });
  assert.deepEqual(statesOf(empty), ["library films: ok", "output of films: note"]);
  assert.match(
    empty.get("output of films")?.detail ?? "",
    /can be written; it is empty, .* its disk is not mounted$/,
  );
  writeFileSync(join(ready, "Film.mp4"), "a film");
  assert.deepEqual(statesOf(said({ root, ...BESIDE, output: ready })), [
    "library films: ok",
    "output of films: ok",
  ]);
  const archiving = () => said({ root, ...BESIDE, output: ready, original: "archive" });
  const unmended = archiving();
  assert.deepEqual(statesOf(unmended), [
    "library films: bad",
    "output of films: ok",
    "archive of films: bad",
  ]);
  const finding = unmended.get("archive of films");
  assert.ok(finding);
  assert.match(finding.mend, /^`sudo install -d -o \w+ -g \w+ '.*films\/\.chromecast-originals'`$/);
  mend(finding, false);
  assert.equal(archiving().get("archive of films")?.state, "ok");
});

test("a folder that is not there, one that may not be read, and one behind a closed one", {
  skip,
}, (context) => {
  const root = folderOf(context, STRANGER, STRANGER, 0o700);
  const detail = (path: string): string => said({ ...BESIDE, root: path }).get("library films")?.detail ?? "";
  assert.match(detail(root), /cannot read .*, mode 700 \(rwx------\)$/);
  assert.match(detail(`${root}-away`), /-away is not there$/);
  assert.match(detail(join(root, "films")), /cannot reach .*'s films\/films: .*'s films belongs to 1234:/);
});

test("for who may write everywhere all is well, and an archive on another disk is a note", {
  skip: withoutRoot,
}, async (context) => {
  const root = folderOf(context, STRANGER, STRANGER, 0o555);
  mkdirSync(join(root, "closed"), { mode: 0o500 });
  const archive = tempFolder(context, "/dev/shm");
  const library = { ...BESIDE, root, original: "archive", archive } as const;
  const states: string[] = [];
  for await (const { check, state } of folderFindings(await whoRuns(), "films", library))
    states.push(`${check}: ${state}`);
  assert.deepEqual(states, ["library films: ok", "folders of films: ok", "archive of films: note"]);
});

test("cvc doctor says it in a line and in JSON, and ends with 3", { skip }, (context) => {
  const root = folderOf(context, STRANGER, GROUP, 0o755);
  const parent = tempFolder(context);
  giveToOther(parent);
  const settings = join(parent, "settings.yaml");
  writeFileSync(
    settings,
    JSON.stringify({ libraries: { films: { root } }, operational: { encoder: "software" } }),
  );
  const run = (...more: readonly string[]) =>
    spawnSync(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        MAIN,
        "doctor",
        "--settings",
        settings,
        "--data",
        parent,
        ...more,
      ],
      { cwd: "/", encoding: "utf8", timeout: 60_000, uid: NOBODY, gid: NOBODY },
    );
  const [text, json] = [run(), run("--json")];
  assert.deepEqual([text.status, json.status], [3, 3], text.stderr);
  const findings: readonly (Finding & { type: string })[] = json.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const found = findings.find((each) => each.check === "library films");
  assert.equal(found?.type, "finding");
  assert.match(found.mend, /`sudo setfacl -m u:\w+:rwx,d:u:\w+:rwx '.*films'`/);
  assert.ok(text.stdout.includes(`BAD  library films: ${found.detail} -> ${found.mend}\n`), text.stdout);
  assert.match(text.stdout, /^ok {3}user: runs as .*\(uid \d+\)/m);
  assert.match(text.stdout, /^ok {3}data folder: /m);
});

test("of a library of many folders the first 2000 are looked at, and that is said", async (context) => {
  const root = tempFolder(context);
  for (let at = 0; at <= 2000; at++) mkdirSync(join(root, `${at}`));
  const details: string[] = [];
  for await (const { check, detail } of folderFindings(await whoRuns(), "films", { root, ...BESIDE }))
    if (check === "folders of films") details.push(detail);
  assert.deepEqual(details, ["the first 2000 folders looked at can be written"]);
});
