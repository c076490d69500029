/** The H.264 encoders, in the order they are tried: options as checked against ffmpeg 5.1, 7.1 and 9.0's own parser. */
import type { EncodingProfile } from "./settings-profile.ts";

export const ENCODER_NAMES = ["nvenc", "qsv", "vaapi", "videotoolbox", "software"] as const;
export type EncoderName = (typeof ENCODER_NAMES)[number];

export type Encoder = {
  readonly name: EncoderName;
  /** ffmpeg's name of it. */
  readonly codec: string;
  readonly isHardware: boolean;
  /** Options before the input that make the device ready. */
  readonly device: readonly string[];
  /** What has to follow the software filters for the encoder to take the picture. */
  readonly upload: string | null;
  readonly options: (target: EncodingTarget) => readonly string[];
  /** Which of several NVIDIA cards, as CUDA counts them by their place on the bus; absent: there is one. */
  readonly cudaDevice?: number;
};

/** NVENC on one of several cards. */
export const onCudaDevice = (encoder: Encoder, cudaDevice: number): Encoder => ({
  ...encoder,
  cudaDevice,
  options: (target) => [...encoder.options(target), "-gpu", String(cudaDevice)],
});

/** The profile, with the level that one film needs. */
type EncodingTarget = Omit<EncodingProfile, "level"> & { readonly level: string };

const rates = (profile: EncodingTarget, suffix: string): readonly string[] => [
  `-maxrate${suffix}`,
  String(profile.max_bitrate),
  `-bufsize${suffix}`,
  String(profile.bufsize),
];

/** What to aim at where an encoder has no constant-quality mode that also keeps a ceiling: bits per second. */
const target = (profile: EncodingTarget): string => String(Math.round(profile.max_bitrate * 0.6));

/** `vbr_hq` of older files is `vbr` of today's ffmpeg, which refuses the old word. */
const nvencRateControl = (profile: EncodingTarget): readonly string[] =>
  profile.rc === "cbr"
    ? ["-rc:v", "cbr", "-b:v", target(profile)]
    : ["-rc:v", "vbr", "-cq:v", String(profile.cq), "-b:v", "0"];

/** x264's crf scale sits about three above NVENC's cq for the same look (18 and 21 in the notes this follows). */
const CRF_ABOVE_CQ = 3;

export const ENCODERS: Readonly<Record<EncoderName, Encoder>> = {
  nvenc: {
    name: "nvenc",
    codec: "h264_nvenc",
    isHardware: true,
    device: [],
    upload: null,
    options: (profile) => [
      ...[
        "-preset:v",
        profile.preset,
        "-tune:v",
        "hq",
        "-profile:v",
        profile.profile,
        "-level:v",
        profile.level,
      ],
      ...nvencRateControl(profile),
      ...rates(profile, ":v"),
      ...[
        "-bf:v",
        "3",
        "-b_ref_mode:v",
        "middle",
        "-spatial-aq",
        "1",
        "-aq-strength",
        "8",
        "-temporal-aq",
        "1",
      ],
      ...["-rc-lookahead", "20", "-multipass", "qres", "-forced-idr", "1"],
    ],
  },
  qsv: {
    name: "qsv",
    codec: "h264_qsv",
    isHardware: true,
    device: ["-init_hw_device", "qsv=hw,child_device=/dev/dri/renderD128", "-filter_hw_device", "hw"],
    upload: "format=nv12,hwupload=extra_hw_frames=64",
    options: (profile) => [
      ...["-preset", "slow", "-profile:v", profile.profile, "-level:v", profile.level.replace(".", "")],
      ...["-b:v", target(profile), ...rates(profile, "")],
    ],
  },
  vaapi: {
    name: "vaapi",
    codec: "h264_vaapi",
    isHardware: true,
    device: ["-init_hw_device", "vaapi=va:/dev/dri/renderD128", "-filter_hw_device", "va"],
    upload: "format=nv12,hwupload",
    options: (profile) => [
      ...[
        "-profile:v",
        profile.profile,
        "-rc_mode",
        "VBR",
        "-b:v",
        target(profile),
        ...rates(profile, ":v"),
        "-bf",
        "2",
      ],
    ],
  },
  videotoolbox: {
    name: "videotoolbox",
    codec: "h264_videotoolbox",
    isHardware: true,
    device: [],
    upload: null,
    options: (profile) => [
      ...["-profile:v", profile.profile, "-level:v", profile.level, "-b:v", target(profile)],
      ...["-maxrate:v", String(profile.max_bitrate), "-allow_sw", "0"],
    ],
  },
  software: {
    name: "software",
    codec: "libx264",
    isHardware: false,
    device: [],
    upload: null,
    options: (profile) => [
      ...["-preset:v", "veryfast", "-crf:v", String(profile.cq + CRF_ABOVE_CQ), ...rates(profile, ":v")],
      ...["-profile:v", profile.profile, "-level:v", profile.level],
    ],
  },
};

const CARD_WORDS: ReadonlySet<string> = new Set([
  ...["-hwaccel", "-init_hw_device"],
  ...Object.values(ENCODERS).flatMap(({ isHardware, codec }) => (isHardware ? [codec] : [])),
]);

/** Whether a card does some of the work of an argument list. */
export const usesCard = (args: readonly string[]): boolean => args.some((each) => CARD_WORDS.has(each));
