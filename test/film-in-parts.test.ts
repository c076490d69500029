/** Films encoded in parts are, picture by picture and time by time, what one process makes of them. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { partialToken } from "../src/core/output-paths.ts";
import {
  decoded,
  H264,
  HERE,
  hasEncoder,
  inOnePiece,
  inParts,
  madeFile,
  PICTURE,
  roomWith,
  SURROUND,
  TOKEN,
  timesOf,
} from "./support/in-parts.ts";

const AC3 = ["-c:a", "ac3"];
const TWO_TO_ONE = ["-map", "0", "-map", "1"];
const film = (rate: string, every: number, ...more: readonly string[]) => [
  ...[...PICTURE(rate), ...SURROUND, ...TWO_TO_ONE, ...H264(every), ...AC3, ...more],
];
const FILM = "24000/1001";
const HEVC = [
  ...["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le"],
  ...["-x265-params", "log-level=error:keyint=48:open-gop=1:bframes=4"],
];
const OPEN = ["-x264-params", "open-gop=1:b-pyramid=2"];

const ROWS: readonly (readonly [what: string, file: string, args: readonly string[], needs?: string])[] = [
  ["H.264 with B-frames, 25 fps, Matroska", "a.mkv", film("25", 50)],
  ["H.264 with B-frames, 23.976 fps, Matroska", "a.mkv", film(FILM, 48)],
  ["H.264 with B-frames, 23.976 fps, MP4", "a.mp4", film(FILM, 48)],
  ["H.264 with B-frames, 25 fps, a transport stream", "a.ts", film("25", 50)],
  ["H.264 with open groups of pictures, a transport stream", "a.ts", film(FILM, 48, ...OPEN)],
  ["H.264 with open groups of pictures, MP4", "a.mp4", film(FILM, 48, ...OPEN)],
  [
    "HEVC with open groups, ten bits, 23.976 fps, a transport stream",
    "a.ts",
    film(FILM, 48, ...HEVC),
    "libx265",
  ],
  ["HEVC with open groups, ten bits, 25 fps, Matroska", "a.mkv", film("25", 48, ...HEVC), "libx265"],
  ["MPEG-2, a transport stream", "a.ts", film("25", 15, "-c:v", "mpeg2video", "-q:v", "4", "-bf", "2")],
  [
    "a picture that begins later than its sound, a transport stream",
    "a.ts",
    ["-itsoffset", "0.48", ...film("25", 50)],
  ],
  [
    "sound that begins later than its picture, a transport stream",
    "a.ts",
    [...PICTURE("25"), "-itsoffset", "1.2", ...SURROUND, ...TWO_TO_ONE, ...H264(50), ...AC3],
  ],
];

for (const [what, file, args, needs] of ROWS)
  test(what, { skip: needs === undefined ? false : hasEncoder(needs) }, async (context) => {
    const room = await roomWith(context, file, args);
    const [joined, whole] = [await inParts(room), await inOnePiece(room)];
    const [many, one] = [madeFile(joined), madeFile(whole)];
    assert.match(joined.log, /^In [34] parts, 2 at a time\./);
    assert.deepEqual(timesOf(many, "v:0"), timesOf(one, "v:0"), "the pictures' times");
    assert.deepEqual(timesOf(many, "a:0"), timesOf(one, "a:0"), "the sound's times");
    assert.deepEqual(decoded(many), decoded(one));
    assert.deepEqual(
      joined.checks.slice(-3).map(({ name, passed }) => [name, passed]),
      [
        ["parts", true],
        ["headers", true],
        ["joints", true],
      ],
      JSON.stringify(joined.checks),
    );
    assert.deepEqual(
      readdirSync(room.folder).filter((each) => partialToken(each) === TOKEN),
      [`.a.${TOKEN}.partial.mp4`],
      "no part is left",
    );
  });

test("a film at its highest bitrate throughout stays within the player's buffer over all joints", async (context) => {
  const noisy = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=24,noise=alls=70:allf=t", ...H264(50)];
  const joined = await inParts(await roomWith(context, "a.mkv", noisy), { partSeconds: 3 });
  assert.equal(decoded(madeFile(joined)).pictures, 600);
  assert.match(joined.log, /^In [67] parts/);
  const buffer = joined.checks.find(({ name }) => name === "buffer");
  assert.ok(buffer?.passed && joined.checks.some(({ name }) => name === "joints"), joined.log);
});

/** `-r` in one piece begins with pictures too many (50 to 25: two); parts have as many as the time asks for. */
for (const [what, file, args, pictures] of [
  ["50 fps made 25", "a.mkv", film("50", 100), 600],
  ["59.94 fps made 29.97, a transport stream", "a.ts", film("60000/1001", 120), 719],
  [
    "a rate that varies made constant",
    "a.mkv",
    [
      ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=24,select='if(lt(mod(t,8),4),1,not(mod(n,3)))'"],
      ...[...SURROUND, ...TWO_TO_ONE, "-fps_mode", "vfr", ...H264(60), ...AC3],
    ],
    720,
  ],
] as const)
  test(what, async (context) => {
    const room = await roomWith(context, file, args);
    const joined = await inParts(room);
    const made = timesOf(madeFile(joined), "v:0");
    assert.match(joined.log, /^In [34] parts/);
    assert.ok(Math.abs(made.length - pictures) <= 1, `${made.length} pictures`);
    assert.deepEqual(decoded(madeFile(joined)), { pictures: made.length, said: "" });
    const whole = timesOf(madeFile(await inOnePiece(room)), "v:0").length;
    assert.ok(Math.abs(whole - made.length) <= 2, `${whole} in one piece`);
  });

test("what cannot be cut is made in one piece, and its log says why", async (context) => {
  const uneven = [
    ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=24,select='not(eq(mod(n,100),57))'"],
    ...["-fps_mode", "vfr", ...H264(50), ...SURROUND.slice(0, 0), "-an"],
  ];
  for (const [args, how, why] of [
    [film("25", 50), { leastSeconds: 1800 }, /^In one piece: it is shorter than films that are cut\./],
    [film("25", 50), { hasRoom: false }, /^In one piece: the disk has no room/],
    [film("25", 1000), {}, /^In one piece: it has no keyframes where it would be cut\./],
    [uneven, {}, /^In one piece: its pictures do not come at a constant rate\./],
  ] as const) {
    const converted = await inParts(await roomWith(context, "a.mkv", args), { ...HERE, ...how });
    madeFile(converted);
    assert.match(converted.log, why);
  }
});
