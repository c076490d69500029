/** Whether a published film is one, asked of ffmpeg and ffprobe by ways of our own that the product does not go. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const LIMITS = { timeout: 110_000, maxBuffer: 64 * 2 ** 20, killSignal: "SIGKILL" } as const;

type Decoded = {
  /** What a decoder complains about. */
  readonly said: string;
  /** Where the last of it ends, seconds. */
  readonly seconds: number;
};

/** Decodes all of the picture, with the sound or without. */
const decode = async (path: string, maps: readonly string[], strict: readonly string[]): Promise<Decoded> => {
  const input = ["-v", "error", "-nostdin", ...strict, "-i", `file:${path}`];
  const output = [
    "-fps_mode",
    "passthrough",
    "-enc_time_base",
    "-1",
    "-progress",
    "pipe:1",
    "-f",
    "null",
    "-",
  ];
  const all = [...input, ...maps.flatMap((each) => ["-map", each]), ...output];
  const { stdout, stderr } = await run("ffmpeg", all, LIMITS).catch((thrown: unknown) => ({
    stdout: "",
    stderr: String(thrown instanceof Error && "stderr" in thrown ? thrown.stderr || thrown.message : thrown),
  }));
  const times = [...stdout.matchAll(/out_time_us=(\d+)/g)].map((found) => Number(found[1]));
  return { said: stderr.trim(), seconds: Math.max(0, ...times) / 1e6 };
};

/** With more threads a damaged picture is given out before it is found to be one, in some runs. */
const STRICT = ["-xerror", "-err_detect", "explode", "-threads", "1"];
const ALL = ["0:V:0", "0:a:0?"];
const PICTURE = ["0:V:0"];
const TOLERANCE_SECONDS = 0.6;

const saidLength = async (path: string): Promise<number> => {
  const ask = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", `file:${path}`];
  return Number((await run("ffprobe", ask, LIMITS)).stdout.trim());
};

/** What is wrong with a film that was published as what plays; empty when nothing is. */
export const wrongWith = async (published: string, source: string): Promise<readonly string[]> => {
  const wrong: string[] = [];
  const differ = (one: number, other: number, words: string): void => {
    if (!(Math.abs(one - other) < TOLERANCE_SECONDS)) wrong.push(`${words}: ${one} s and ${other} s`);
  };
  const made = await decode(published, ALL, STRICT);
  if (made.said !== "") wrong.push(`a decoder says: ${made.said.slice(0, 300)}`);
  differ(await saidLength(published), made.seconds, "it says and is");
  // Of a damaged source nobody can say how long it is; of a whole one the result has all.
  for (const part of [ALL, PICTURE]) {
    const before = await decode(source, part, []);
    if (before.said !== "") continue;
    const after = part === ALL ? made : await decode(published, part, STRICT);
    differ(before.seconds, after.seconds, `${part.join(" ")} of the source and of it`);
  }
  return wrong;
};
