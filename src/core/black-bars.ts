/** What is picture and what is black bar: cropdetect's answers over windows of a film, and the part to keep. */
import type { PictureArea } from "./media-info.ts";

/** The last area that cropdetect printed for a window, which holds all before it; null when it saw only black. */
export const parseCropdetect = (stderr: string): PictureArea | null => {
  const last = [...stderr.matchAll(/ crop=(\d+):(\d+):(\d+):(\d+)/g)].at(-1);
  if (!last) return null;
  const [width = 0, height = 0, left = 0, top = 0] = last.slice(1).map(Number);
  return width > 0 && height > 0 ? { width, height, left, top } : null;
};

/** So much of a side may be bar (2.76:1 in 4:3 is 52 % and is left alone; 2.40:1 in 16:9 is 26 %); more is a dark film. */
const MOST_REMOVED = 0.35;
/** Fewer pixels than this are the soft edge of a transfer. */
const LEAST_REMOVED = 8;
/** Windows whose edges are this near agree; pixels. */
const AGREEING_PIXELS = 8;

/**
 * The part inside the bars: the smallest area that holds what every window saw, if more than half of the windows agree
 * on it and it is worth it; otherwise the whole picture of `width` and `height`. A window that saw only black is null.
 */
export const insideBars = (
  windows: readonly (PictureArea | null)[],
  { width, height }: { readonly width: number; readonly height: number },
): PictureArea => {
  const whole = { width, height, left: 0, top: 0 };
  const seen = windows.filter((each) => each !== null);
  const area = seen.reduce<PictureArea | null>(
    (all, each) => (all === null ? each : around(all, each)),
    null,
  );
  if (area === null) return whole;
  const agreeing = seen.filter((each) => distance(each, area) <= AGREEING_PIXELS);
  const [across, down] = [width - area.width, height - area.height];
  const isWorthIt = across >= LEAST_REMOVED || down >= LEAST_REMOVED;
  const isBar = across <= MOST_REMOVED * width && down <= MOST_REMOVED * height;
  return agreeing.length * 2 > windows.length && isWorthIt && isBar ? area : whole;
};

const around = (one: PictureArea, other: PictureArea): PictureArea => {
  const [left, top] = [Math.min(one.left, other.left), Math.min(one.top, other.top)];
  return {
    left,
    top,
    width: Math.max(one.left + one.width, other.left + other.width) - left,
    height: Math.max(one.top + one.height, other.top + other.height) - top,
  };
};

const distance = (one: PictureArea, other: PictureArea): number =>
  Math.max(
    Math.abs(one.left - other.left),
    Math.abs(one.top - other.top),
    Math.abs(one.left + one.width - other.left - other.width),
    Math.abs(one.top + one.height - other.top - other.height),
  );
