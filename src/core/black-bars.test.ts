import assert from "node:assert/strict";
import { test } from "node:test";
import { insideBars, parseCropdetect } from "./black-bars.ts";
import type { PictureArea } from "./media-info.ts";

const area = (width: number, height: number, left: number, top: number): PictureArea => ({
  width,
  height,
  left,
  top,
});
const HD = { width: 1920, height: 1080 };
const WHOLE = area(1920, 1080, 0, 0);
const WIDE = area(1920, 800, 0, 140);

const check = (
  name: string,
  windows: readonly (PictureArea | null)[],
  wanted: PictureArea,
  size = HD,
): void => {
  test(name, () => assert.deepEqual(insideBars(windows, size), wanted));
};
check("2.40:1 in 16:9", [WIDE, WIDE, WIDE], WIDE);
check("the same, with a window of black", [null, WIDE, WIDE], WIDE);
check("a dark scene makes no smaller picture", [WIDE, area(1200, 600, 300, 200), WIDE], WIDE);
check("a scene of the whole height keeps it all", [WIDE, WHOLE, WIDE], WHOLE);
check("a hair apart", [WIDE, area(1916, 796, 2, 142), WIDE], WIDE);
check("three windows that differ", [WIDE, area(1500, 1080, 0, 0), area(1920, 700, 0, 300)], WHOLE);
check("one window of three is too little", [null, null, WIDE], WHOLE);
check("a short film has one window", [WIDE], WIDE);
check("a soft edge is no bar", [area(1914, 1078, 4, 2)], WHOLE);
check("a film that is dark all through", [area(1920, 600, 0, 240)], WHOLE);
check("pillars", [area(1440, 1080, 240, 0)], area(1440, 1080, 240, 0));
check("nothing seen", [], WHOLE);
check("all black", [null, null, null], WHOLE);

const line = (crop: string): string =>
  `[Parsed_cropdetect_1 @ 0x55d] x1:0 x2:319 y1:40 y2:199 w:320 h:160 x:0 y:40 pts:1 t:0.04 crop=${crop}`;
test("the last line of cropdetect counts; black has none", () => {
  assert.deepEqual(
    parseCropdetect([line("100:60:20:80"), line("320:160:0:40")].join("\n")),
    area(320, 160, 0, 40),
  );
  assert.equal(parseCropdetect(line("-318:-238:320:240")), null);
  assert.equal(parseCropdetect("Conversion failed!"), null);
});
