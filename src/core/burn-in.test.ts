import assert from "node:assert/strict";
import { test } from "node:test";
import { audio, inContainer, planFor, subtitle, video } from "../../test/support/media.ts";
import { type BurnInWish, planBurnIn } from "./burn-in.ts";
import type { SubtitleStream } from "./media-info.ts";

const PGS = "hdmv_pgs_subtitle";
const film = (spoken: string | null, tracks: readonly Partial<SubtitleStream>[]) =>
  inContainer("matroska", {
    streams: [
      video(),
      audio({ language: spoken }),
      ...tracks.map((each, index) => subtitle({ index: index + 2, ...each })),
    ],
  });

/** The track that is burned in; null for none. */
const check = (
  name: string,
  wish: BurnInWish,
  spoken: string | null,
  tracks: readonly Partial<SubtitleStream>[],
  wanted: string | null,
): void => {
  test(name, () => {
    const found = planBurnIn(film(spoken, tracks), audio({ language: spoken }), wish);
    assert.equal(found && `${found.kind} ${found.stream}`, wanted);
  });
};
const english = { codec: PGS, language: "eng", isForced: true };
const french = { codec: PGS, language: "fre", title: "French (Forced)" };
check("none", "none", "eng", [english], null);
check("forced of the sound's language", "forced", "en-us", [french, english], "pictures 3");
check("forced by its title", "forced", "fra", [english, french], "pictures 3");
check("the only one, where nobody says a language", "forced", null, [french], "pictures 2");
check("the only one without a language", "forced", "eng", [{ codec: PGS, isForced: true }], "pictures 2");
check("one that is for another sound", "forced", "eng", [french], null);
check("several and no language", "forced", null, [english, french], null);
check("forced text is a file beside the film", "forced", "eng", [{ ...english, codec: "subrip" }], null);
check("a track that is not forced", "forced", "eng", [{ codec: PGS, language: "eng" }], null);
check("pictures on request", 2, "eng", [{ codec: PGS }], "pictures 2");
check("text on request", 3, "eng", [english, { codec: "ass" }], "text 3");
check("a track of sound", 1, "eng", [english], null);
check("no such track", 9, "eng", [english], null);
check("teletext", 2, "eng", [{ codec: "dvb_teletext" }], null);

test("what is burned in makes the picture work, and is no file beside it", () => {
  const tracks = [english, { codec: "subrip", language: "eng" }];
  const plan = planFor(film("eng", tracks), { burnIn: "forced", keepsOriginal: false });
  assert.equal(plan.work, "video");
  assert.deepEqual(
    plan.streams.map((each) => `${each.action}: ${each.why}`),
    [
      "encode: subtitles to burn in",
      "copy: plays as it is",
      "encode: burned into the picture",
      "extract: shown from a file beside the film",
    ],
  );
  assert.deepEqual(
    plan.sidecars.map((each) => each.stream),
    [3],
  );
});
