/** What the installed ffmpeg says it has: read from its own lists, never guessed from its version. */

export type Capabilities = {
  /** As its first line has it: `5.1.9-0+deb12u1`, `n7.1-…`, `N-12345-g…`; empty when it says none. For people only. */
  readonly version: string;
  readonly filters: ReadonlySet<string>;
  readonly hwaccels: ReadonlySet<string>;
};

/** What `ffmpeg -version`, `-filters` and `-hwaccels` print; empty where it printed nothing. */
export type Listings = { readonly version: string; readonly filters: string; readonly hwaccels: string };

/** Reads the lists; what cannot be read is taken for not there. Total. */
export const parseCapabilities = (said: Listings): Capabilities => ({
  version: /^ffmpeg version (\S+)/.exec(said.version)?.[1] ?? "",
  filters: namesIn(said.filters, FILTER),
  hwaccels: namesIn(said.hwaccels.split("acceleration methods:")[1] ?? "", HWACCEL),
});

/** ` T.C yadif            V->V       Deinterlace …`; ffmpeg 8 has two letters where 5 to 7 have three. */
const FILTER = /^ *[A-Z.]{2,3} +(\w+) +[AVN|]+->[AVN|]+/gm;
const HWACCEL = /^(\w+)\s*$/gm;

const namesIn = (text: string, line: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(line)].map(([, name = ""]) => name));

/** ` DEV.L. h264                 H.264 …`: D where a decoder is there, then the codec in ffprobe's spelling. */
const CODEC = /^ D[E.][VAS][I.][L.][S.] (\w+) /gm;

/** Pictures, sound and texts that films come in. What nobody has is no reason for two workers not to share a queue. */
const FILM_CODECS: ReadonlySet<string> = new Set(
  [
    "h264 hevc av1 vp8 vp9 vvc mpeg1video mpeg2video mpeg4 msmpeg4v1 msmpeg4v2 msmpeg4v3 h263 flv1 wmv1 wmv2 wmv3 vc1",
    "theora rv10 rv20 rv30 rv40 svq1 svq3 vp6 vp6f mjpeg dvvideo prores dnxhd cinepak indeo5 huffyuv ffv1 rawvideo",
    "aac ac3 eac3 ac4 dts truehd mlp mp1 mp2 mp3 flac alac opus vorbis wmav1 wmav2 wmapro cook amr_nb amr_wb",
    "pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_f32le pcm_u8 pcm_bluray pcm_dvd pcm_mulaw pcm_alaw adpcm_ms",
    "subrip ass webvtt mov_text hdmv_pgs_subtitle dvd_subtitle dvb_subtitle xsub",
  ].flatMap((line) => line.split(" ")),
);

/** What `ffmpeg -codecs` says it decodes, of the codecs that films have; sorted. Total. */
export const parseDecoders = (said: string): readonly string[] =>
  [...namesIn(said, CODEC)].filter((name) => FILM_CODECS.has(name)).toSorted();
