import assert from "node:assert/strict";
import { test } from "node:test";
import { mendOf, type Refusal, refusalText, type Who } from "./folder-rights.ts";

const ALICE: Who = {
  uid: 1000,
  groups: [1000, 44],
  userNames: new Map([
    [0, "root"],
    [1000, "alice"],
    [1234, "bob"],
  ]),
  groupNames: new Map([
    [0, "root"],
    [1000, "alice"],
    [44, "video"],
    [2345, "media"],
  ]),
};
const NAMELESS: Who = { ...ALICE, userNames: new Map(), groupNames: new Map() };
const ROOT: Who = { ...ALICE, uid: 0, groups: [0] };

const of = (uid: number, gid: number, mode: number, more: Partial<Refusal> = {}): Refusal => ({
  ...{ code: "EACCES", need: "write", asked: "/films", toMake: null },
  place: { path: "/films", uid, gid, mode },
  ...more,
});

const MENDS: readonly (readonly [string, Refusal, Who, string])[] = [
  ["its own", of(1000, 0, 0o555), ALICE, "`chmod u+rwx /films`"],
  ["of its group", of(1234, 44, 0o755), ALICE, "`sudo chmod g+rwx /films`"],
  [
    "of a group that may",
    of(1234, 2345, 0o775),
    ALICE,
    "`sudo usermod -aG media alice` and start this program anew, or run this program as bob (uid 1234).",
  ],
  [
    "of the group of root, which nobody should join",
    of(0, 0, 0o775),
    ALICE,
    "`sudo setfacl -m u:alice:rwx,d:u:alice:rwx /films` (of the package `acl`).",
  ],
  [
    "of a group without a name",
    of(1234, 2345, 0o775),
    NAMELESS,
    "`sudo setfacl -m u:1000:rwx,d:u:1000:rwx /films` (of the package `acl`), or run this program as uid 1234.",
  ],
  [
    "to be read",
    of(0, 0, 0o700, { need: "read" }),
    ALICE,
    "`sudo setfacl -m u:alice:rx,d:u:alice:rx /films` (of the package `acl`).",
  ],
  [
    "on the way",
    of(0, 0, 0o700, { need: "enter", toMake: "/films/a" }),
    ALICE,
    "`sudo setfacl -m u:alice:x /films` (of the package `acl`).",
  ],
  [
    "to be made",
    of(0, 0, 0o755, { toMake: "/films/a b" }),
    ALICE,
    "`sudo install -d -o alice -g alice '/films/a b'`",
  ],
  [
    "that root may not",
    of(1234, 2345, 0o755),
    ROOT,
    "Whoever serves this folder gives root no rights (NFS root_squash, a container): run this program as bob (uid 1234).",
  ],
];

for (const [name, refusal, who, mend] of MENDS)
  test(`a folder ${name}`, () => assert.equal(mendOf(refusal, who), mend));

test("for all folders below: films, links and folders of other groups are left alone", () => {
  assert.equal(
    mendOf(of(1234, 44, 0o755), ALICE, "/my films"),
    "`sudo find '/my films' -type d -gid 44 -exec chmod g+rwx '{}' ';'`",
  );
});

const SAYS: readonly (readonly [Refusal, string])[] = [
  [
    of(0, 2345, 0o2755),
    "alice (uid 1000), groups alice, video cannot write in /films, which belongs to root:media (0:2345), mode 2755 (rwxr-xr-x)",
  ],
  [
    of(0, 0, 0o755, { toMake: "/films/a" }),
    "alice (uid 1000), groups alice, video cannot make /films/a: /films belongs to root:root (0:0), mode 755 (rwxr-xr-x)",
  ],
  [
    of(7, 7, 0o755, { code: "EROFS" }),
    "alice (uid 1000), groups alice, video cannot write in /films, which belongs to 7:7 (7:7), mode 755 (rwxr-xr-x), on a disk that is mounted read-only",
  ],
  [of(0, 0, 0o644, { code: "ENOTDIR" }), "/films is a file where a folder should be"],
  [of(0, 0, 0, { code: "ENOENT", place: null }), "/films is not there"],
  [of(0, 0, 0, { code: "EIO", place: null }), "/films: EIO"],
];

test("what is said of a refusal", () => {
  for (const [refusal, text] of SAYS) assert.equal(refusalText(refusal, ALICE), text);
});

test("no command is made up where rights are not the matter", () => {
  for (const code of ["EROFS", "ENOTDIR", "EIO"])
    assert.doesNotMatch(mendOf(of(0, 0, 0o755, { code }), ALICE), /sudo|chmod/);
});
