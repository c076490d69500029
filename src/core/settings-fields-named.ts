/** The settings of what a person names: devices, libraries, profiles. */
import { DEVICE_NAMES } from "./devices.ts";
import { choice, fieldsOf, number, plain, SWITCH } from "./setting-field.ts";
import { type ORIGINAL_POLICIES, SIDECAR_FORMATS } from "./settings.ts";
import { TARGET_LEVELS } from "./settings-profile.ts";

const ORIGINAL_LABELS: Readonly<Record<(typeof ORIGINAL_POLICIES)[number], string>> = {
  keep: "keep it where it is",
  archive: "move it to the archive",
  delete: "delete it (needs the switch under Removing originals)",
};

export const DEVICE_FIELDS = [
  ...fieldsOf("devices", "", {
    devices: {
      label: "Films must play on",
      help: "Tick every screen of your household.",
      kind: { kind: "devices" },
    },
  }),
  ...fieldsOf("devices", "device_profiles.*.", {
    like: {
      label: "It is like",
      help: "All that you leave empty below is as with this one.",
      kind: {
        kind: "choice",
        choices: [{ value: "", label: "the device of that name, else chromecast-2" }, ...plain(DEVICE_NAMES)],
      },
      isOptional: true,
    },
    label: {
      label: "Shown as",
      help: "Its name on the pages.",
      kind: { kind: "text", example: "Ultra with the receiver" },
      isOptional: true,
    },
    hdr: {
      label: "HDR it shows",
      help: "hdr10, hlg or both; the word none for no HDR at all.",
      kind: { kind: "list", example: "hdr10, hlg" },
      isOptional: true,
    },
    dolby_vision: {
      label: "Dolby Vision profile 5",
      help: "Whether it shows such films as they are.",
      kind: choice({ "": "as the one it is like", true: "yes", false: "no" }),
      isOptional: true,
    },
    max_peak_mbps: {
      label: "Its network bears",
      help: "The most it is sent within two seconds; at least 20.",
      kind: number(20, 1000, "any"),
      unit: "Mb/s",
      isOptional: true,
    },
    passthrough: {
      label: "Sound its receiver decodes",
      help: "ac3, eac3 or both, when the television or receiver behind it decodes them; none for neither.",
      kind: { kind: "list", example: "ac3, eac3" },
      isOptional: true,
    },
    video: {
      label: "Pictures it decodes",
      help: "By codec (h264, hevc, vp8, vp9, av1): none, or any of level, bit_depth and modes.",
      kind: { kind: "yaml", example: 'h264: { level: "4.2", modes: [1920x1080@60] }' },
      isOptional: true,
    },
  }),
];

export const LIBRARY_FIELDS = fieldsOf("libraries", "libraries.*.", {
  root: {
    label: "Folder",
    help: "The whole path, from / on. It may not lie in another library's folder.",
    kind: { kind: "text", example: "/media/movies" },
  },
  profile: { label: "Encodes aim at", help: "One of the profiles below.", kind: { kind: "profile" } },
  original: {
    label: "The original of a converted film",
    help: "Once the converted film is safely in its place.",
    kind: choice(ORIGINAL_LABELS),
  },
  subtitles: {
    label: "Subtitle files beside the film",
    help: "Written for text subtitles in the film and beside it. A film that plays as it is gets none.",
    kind: { kind: "some", choices: plain(SIDECAR_FORMATS) },
  },
  languages: {
    label: "Preferred languages of the sound",
    help: "Best first, three letters each. Empty: what the film itself says.",
    kind: { kind: "list", example: "eng, deu" },
  },
  output: {
    label: "Converted films go",
    help: "beside: next to the original. Or a folder of their own, which you make yourself.",
    kind: { kind: "text", example: "beside" },
    isRare: true,
  },
  archive: {
    label: "Archived originals go to",
    help: "Empty: a hidden folder in the library. A folder that you name you make yourself.",
    kind: { kind: "text", example: "/media/originals" },
    isRare: true,
  },
  burn_in: {
    label: "Subtitles painted into the picture",
    help: "none; forced: the forced picture subtitles of the sound's language; or the number of a track. The picture is encoded for it.",
    kind: { kind: "word-or-number", example: "none" },
    isRare: true,
  },
  depth: {
    label: "Folders deep",
    help: "max, or a number; 0 is the folder alone.",
    kind: { kind: "word-or-number", example: "max" },
    isRare: true,
  },
});

export const PROFILE_FIELDS = fieldsOf("profiles", "profiles.*.", {
  resolution: {
    label: "Largest picture",
    help: "Pictures are made smaller to fit, never larger. At most 1920x1080.",
    kind: { kind: "text", example: "1280x720" },
  },
  cq: { label: "Quality", help: "1 to 51; lower is better and larger.", kind: number(1, 51) },
  max_bitrate: {
    label: "Most bits per second",
    help: "As 8M or 800k. With half of the buffer at most 20M.",
    kind: { kind: "text", example: "8M" },
  },
  bufsize: {
    label: "Buffer",
    help: "The bits over which that most holds.",
    kind: { kind: "text", example: "16M" },
  },
  max_fps: {
    label: "Most pictures a second",
    help: "24 to 60. Faster films are halved, evenly.",
    kind: number(24, 60, "any"),
  },
  reencode: {
    label: "Encode",
    help: "over_profile also encodes films that play but are larger than this.",
    kind: choice({ unplayable: "only what does not play", over_profile: "also what plays but exceeds this" }),
  },
  "audio.bitrate": {
    label: "Sound, bits per second",
    help: "32k to 512k.",
    kind: { kind: "text", example: "192k" },
  },
  "audio.surround": {
    label: "Surround sound",
    help: "A track of AC-3 or E-AC-3 may stay behind the stereo sound, untouched, for players with a receiver.",
    kind: choice({ drop: "leave it out", keep: "keep it as a second track" }),
  },
  strict: {
    label: "Take no chances",
    help: "Also encodes what plays but seeks slowly, and decodes every picture of every result. Slower.",
    kind: SWITCH,
  },
  crop_black_bars: {
    label: "Cut off black bars",
    help: "Of pictures that are encoded anyway.",
    kind: SWITCH,
  },
  preset: {
    label: "Encoder's care",
    help: "NVENC: p1 is fastest, p7 slowest and smallest. Others use their nearest.",
    kind: { kind: "choice", choices: plain(["p1", "p2", "p3", "p4", "p5", "p6", "p7"]) },
    isRare: true,
  },
  rc: {
    label: "Rate control",
    help: "NVENC's. vbr_hq is the word of older files for vbr.",
    kind: { kind: "choice", choices: plain(["vbr", "vbr_hq", "cbr"]) },
    isRare: true,
  },
  codec: {
    label: "Codec",
    help: "Nothing else that is made here plays on every Chromecast.",
    kind: { kind: "choice", choices: plain(["h264"]) },
    isRare: true,
  },
  profile: {
    label: "H.264 profile",
    help: "high is smaller at the same quality.",
    kind: { kind: "choice", choices: plain(["main", "high"]) },
    isRare: true,
  },
  level: {
    label: "H.264 level",
    help: "A Chromecast 2 takes no higher one than 4.1.",
    kind: { kind: "choice", choices: plain(TARGET_LEVELS) },
    isRare: true,
  },
  "audio.codec": {
    label: "Sound codec",
    help: "What an older Chromecast decodes for certain.",
    kind: { kind: "choice", choices: plain(["aac"]) },
    isRare: true,
  },
  "audio.channels": {
    label: "Sound channels",
    help: "AAC with more than two is silent on a Chromecast.",
    kind: { kind: "choice", choices: plain([1, 2]), isNumber: true },
    isRare: true,
  },
});
