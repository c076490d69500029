/** What the step `convert` works with, the same for a film of this machine's own lane and for one that a worker was given. */
import { type Ffmpeg, reread } from "../edges/ffmpeg.ts";
import type { Ffprobe } from "../edges/ffprobe.ts";
import { fileStat, prepareFolder, removeFile, writePartial } from "../edges/library-write.ts";
import { withScratchFolder } from "../edges/scratch-folder.ts";
import { namesIn, readSubtitle } from "../edges/subtitle-files.ts";
import type { ConvertDeps } from "../steps/convert.ts";

export const convertEdges = (ffmpeg: Ffmpeg, ffprobe: Ffprobe): ConvertDeps => ({
  ffmpeg,
  ffprobe,
  reread: (path, reading, stop) => reread(ffmpeg, path, reading, stop),
  prepareFolder,
  fileStat,
  removeFile,
  writePartial,
  namesIn,
  readSubtitle,
  withScratchFolder,
});
