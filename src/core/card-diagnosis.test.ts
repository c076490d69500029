import assert from "node:assert/strict";
import { test } from "node:test";
import { DIAGNOSES, type Diagnosis, diagnoseCard, isMendable, type Surroundings } from "./card-diagnosis.ts";

const HOST: Surroundings = { container: null, isWsl: false, capabilities: null };
const DOCKER: Surroundings = { ...HOST, container: "docker" };
const WSL: Surroundings = { ...HOST, isWsl: true };
const of = (...names: readonly string[]) => names.map((name) => ({ name, driver: "550.163.01" }));
const RTX = of("NVIDIA GeForce RTX 3060");

const ENCODE =
  "[h264_nvenc @ 0x1] Cannot load libnvidia-encode.so.1\n[h264_nvenc @ 0x1] The minimum required Nvidia driver for nvenc is (unknown) or newer";
const CUDA = "[h264_nvenc @ 0x1] Cannot load libcuda.so.1";
const OLD =
  "[h264_nvenc @ 0x1] Driver does not support the required nvenc API version. Required: 13.1 Found: 12.2\n[h264_nvenc @ 0x1] The minimum required Nvidia driver for nvenc is 610.00 or newer";
const UNSUPPORTED =
  "[h264_nvenc @ 0x1] OpenEncodeSessionEx failed: unsupported device (2): (no details)\n[h264_nvenc @ 0x1] No capable devices found";

/** What ffmpeg said, where, with which cards; what it comes to, words of the sentence, words of the mend (none: no mend). */
const ROWS: readonly (readonly [
  string,
  Surroundings,
  ReturnType<typeof of>,
  Diagnosis["kind"],
  RegExp,
  RegExp | null,
])[] = [
  [
    ENCODE,
    DOCKER,
    RTX,
    "no-video-capability",
    /of the NVIDIA GeForce RTX 3060: it lacks .*`video`/,
    /compute,video,utility/,
  ],
  [
    ENCODE,
    { ...DOCKER, capabilities: "compute,utility" },
    RTX,
    "no-video-capability",
    /video/,
    /it is "compute,utility"/,
  ],
  [
    ENCODE,
    { ...DOCKER, capabilities: "compute, video ,utility" },
    RTX,
    "no-encode-library",
    /libnvidia-encode/,
    /on the host/,
  ],
  [ENCODE, { ...DOCKER, capabilities: "all" }, RTX, "no-encode-library", /without/, /on the host/],
  [
    ENCODE,
    { ...DOCKER, isWsl: true },
    RTX,
    "docker-desktop",
    /WSL2/,
    /Mount `\/usr\/lib\/wsl\/lib`.*Docker Engine inside/,
  ],
  [ENCODE, WSL, RTX, "wsl-libraries", /WSL/, /wsl --update/],
  [ENCODE, HOST, RTX, "no-encode-library", /without its encoder's library/, /^Install .*libnvidia-encode1/],
  [
    OLD,
    HOST,
    RTX,
    "driver-too-old",
    /driver 550\.163\.01 speaks version 12\.2 .* asks for version 13\.1, which comes with driver 610\.00\.$/,
    /newer driver,/,
  ],
  [OLD, DOCKER, [], "driver-too-old", /^The driver speaks/, /on the host/],
  [
    "Driver does not support the required nvenc API version. Required: 12.0 Found: 11.0",
    HOST,
    [],
    "driver-too-old",
    /asks for version 12\.0\.$/,
    /newer/,
  ],
  [
    UNSUPPORTED,
    HOST,
    of("NVIDIA A100-SXM4-40GB"),
    "no-encoder-on-card",
    /The NVIDIA A100-SXM4-40GB has no encoder/,
    null,
  ],
  [UNSUPPORTED, HOST, of("NVIDIA H100 80GB HBM3"), "no-encoder-on-card", /H100/, null],
  [UNSUPPORTED, HOST, of("NVIDIA H200", "NVIDIA H200"), "no-encoder-on-card", /The NVIDIA H200 has/, null],
  [UNSUPPORTED, HOST, of("NVIDIA B200"), "no-encoder-on-card", /B200/, null],
  [UNSUPPORTED, HOST, of("NVIDIA GH200 480GB"), "no-encoder-on-card", /GH200/, null],
  [UNSUPPORTED, HOST, of("NVIDIA A30"), "no-encoder-on-card", /A30/, null],
  [UNSUPPORTED, HOST, of("NVIDIA GeForce MX350"), "no-encoder-on-card", /MX350/, null],
  [UNSUPPORTED, HOST, of("NVIDIA GeForce GT 1030"), "no-encoder-on-card", /GT 1030/, null],
  [UNSUPPORTED, HOST, of("NVIDIA P106-100"), "no-encoder-on-card", /P106/, null],
  [UNSUPPORTED, HOST, of("NVIDIA A10"), "wrong-card", /on the NVIDIA A10 /, /list of what encodes/],
  [UNSUPPORTED, HOST, of("NVIDIA RTX A3000"), "wrong-card", /A3000/, /list/],
  [UNSUPPORTED, DOCKER, RTX, "wrong-card", /finds no encoder/, /give the container all of them/],
  [UNSUPPORTED, HOST, of("NVIDIA A100", "NVIDIA L4"), "wrong-card", /NVIDIA A100 and NVIDIA L4/, /list/],
  [
    "OpenEncodeSessionEx failed: out of memory (10): (no details)",
    HOST,
    RTX,
    "sessions-spent",
    /no encoder session left/,
    /tried again/,
  ],
  [
    "OpenEncodeSessionEx failed: incompatible client key (21)\nNo capable devices found",
    HOST,
    RTX,
    "sessions-spent",
    /session/,
    /GeForce/,
  ],
  [
    "cuvid: CUDA_ERROR_OUT_OF_MEMORY: out of memory",
    HOST,
    RTX,
    "memory-full",
    /memory is full/,
    /nvidia-smi/,
  ],
  [
    "[AVHWDeviceContext] Cannot load libnvcuvid.so.1\nFailed loading nvcuvid.",
    DOCKER,
    RTX,
    "no-decode-library",
    /processor decodes/,
    /video/,
  ],
  ["Cannot load libnvcuvid.so.1", { ...DOCKER, isWsl: true }, RTX, "no-decode-library", /libnvcuvid/, /wsl/],
  ["Cannot load libnvcuvid.so.1", HOST, RTX, "no-decode-library", /libnvcuvid/, /libnvcuvid1/],
  [
    "cuInit(0) failed -> CUDA_ERROR_SYSTEM_DRIVER_MISMATCH: system has unsupported driver",
    HOST,
    RTX,
    "driver-mismatch",
    /updated/,
    /Restart the machine\.$/,
  ],
  [
    "cuInit(0) failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected",
    DOCKER,
    [],
    "card-lost",
    /finds no card/,
    /daemon-reload/,
  ],
  [
    "cuInit(0) failed -> CUDA_ERROR_UNKNOWN: unknown error",
    HOST,
    RTX,
    "card-lost",
    /finds no card/,
    /Restart the machine/,
  ],
  [CUDA, DOCKER, [], "no-driver-in-container", /was given no NVIDIA card/, /`gpus: all`/],
  [CUDA, DOCKER, RTX, "no-driver-in-container", /libcuda\.so\.1 is missing/, /compute,video,utility/],
  [CUDA, HOST, [], "no-driver", /no NVIDIA driver/, /install NVIDIA's driver/],
  [CUDA, HOST, RTX, "no-driver", /without libcuda/, /libcuda1/],
  ["Unknown encoder 'h264_nvenc'", HOST, RTX, "not-built-in", /without NVENC/, /ffmpeg/],
];

for (const [said, around, cards, kind, sentence, mend] of ROWS)
  test(`${kind}: ${said.slice(0, 60)} / ${cards.map(({ name }) => name).join(", ")}`, () => {
    const found = diagnoseCard(said, around, cards) ?? assert.fail("it is known");
    assert.equal(found.kind, kind);
    assert.match(found.sentence, sentence);
    assert.match(found.sentence, /\.$/);
    if (mend === null) assert.equal(found.mend, "");
    else assert.match(found.mend, mend);
    assert.equal(isMendable(found, cards), mend !== null && cards.length > 0);
  });

test("each row of the table was met", () => {
  assert.deepEqual(new Set(ROWS.map(([, , , kind]) => kind)), new Set(DIAGNOSES));
});

test("what is not of the card is not diagnosed", () => {
  for (const said of ["", "Conversion failed!", "No VA display found for device /dev/dri/renderD128."])
    assert.equal(diagnoseCard(said, DOCKER, RTX), null);
});
