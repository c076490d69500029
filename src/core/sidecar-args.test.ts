import assert from "node:assert/strict";
import { test } from "node:test";
import { toRawTrackArgs, toSidecarArgs, toTextSidecarArgs } from "./sidecar-args.ts";

const BEFORE = "-hide_banner -nostdin -y -loglevel level+warning";
const SAFE =
  "-protocol_whitelist file -format_whitelist mov,matroska,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,wav,mxf,rm,h264,hevc -max_pixels 67108864";

test("tracks of text and of pictures, one of them in another character set", () => {
  const sidecars = [
    { stream: 2, format: "vtt", output: "/out/a.en.vtt" },
    { stream: 3, format: "srt", output: "/out/a.de.srt" },
    { stream: 4, format: "sup", output: "/out/a.en.sup" },
    { stream: 5, format: "mks", output: "/out/a.fr.mks" },
    { stream: 2, format: "ass", output: "/out/a.ass" },
  ] as const;
  const outputs =
    "-i file:/in/a.mkv -map 0:2 -c:s webvtt -f webvtt file:/out/a.en.vtt -map 0:3 -c:s subrip -f srt file:/out/a.de.srt -map 0:4 -c:s copy -f sup file:/out/a.en.sup -map 0:5 -c:s copy -f matroska file:/out/a.fr.mks -map 0:2 -c:s ass -f ass file:/out/a.ass";
  assert.equal(toSidecarArgs("/in/a.mkv", sidecars).join(" "), `${BEFORE} ${SAFE} ${outputs}`);
  assert.equal(
    toSidecarArgs("/in/a.mkv", sidecars, new Map([[3, "windows-1251"]])).join(" "),
    `${BEFORE} ${SAFE} -sub_charenc:3 windows-1251 ${outputs}`,
  );
});

test("the bytes of tracks", () =>
  assert.equal(
    toRawTrackArgs("/in/a.mkv", [{ stream: 2, output: "/out/a.2.raw" }]).join(" "),
    `${BEFORE} ${SAFE} -i file:/in/a.mkv -map 0:2 -c copy -fs 1048576 -f data file:/out/a.2.raw`,
  ));

test("a text file of ours, read as what it is and nothing else", () =>
  assert.equal(
    toTextSidecarArgs("/out/a.ssa", "ssa", [{ format: "vtt", output: "/out/-a.vtt" }]).join(" "),
    `${BEFORE} -protocol_whitelist file -format_whitelist ass -f ass -i file:/out/a.ssa -map 0:0 -c:s webvtt -f webvtt file:/out/-a.vtt`,
  ));
