import { spawnSync } from "node:child_process";

/** A hash of the packets of each stream of a film, in one text. */
export const streamHashes = (path: string): string => {
  const args = [
    "-v",
    "error",
    "-i",
    `file:${path}`,
    "-map",
    "0",
    "-c",
    "copy",
    "-f",
    "streamhash",
    "-hash",
    "md5",
    "-",
  ];
  const { status, stdout, stderr } = spawnSync("ffmpeg", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
};
