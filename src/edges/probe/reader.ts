/** The thread of the probe process that native code runs in: a path comes in, what the film is goes out. */
import { parentPort } from "node:worker_threads";
import { loadLibav } from "./libav.ts";
import { lookAtFilm } from "./look-at-film.ts";
import type { Asked, Said } from "./messages.ts";
import { type Logged, readFilm } from "./read-film.ts";

const [QUIET, INFO] = [-8, 32];
const END_OF_LOG = "chromecast-video-converter: end";

const say = (said: Said): void => parentPort?.postMessage(JSON.stringify(said));

const serve = (): void => {
  const libav = loadLibav();
  const { libraries } = libav.getFFmpegInfo();
  const asked = `libavformat ${libraries.avformat}, libavcodec ${libraries.avcodec}`;
  let lines: string[] = [];
  let onEnd = (): void => {};
  libav.Log.setCallback(
    (_level, message) => {
      if (message.startsWith(END_OF_LOG)) onEnd();
      else lines.push(message);
    },
    { maxLevel: INFO },
  );
  libav.Log.setLevel(QUIET);
  // What is logged comes later than the call that logs it: a line of our own says where it ends.
  const logged: Logged = async (work) => {
    lines = [];
    const isHeard = new Promise<void>((resolve) => {
      onEnd = resolve;
    });
    libav.Log.setLevel(INFO);
    work();
    libav.Log.log(INFO, END_OF_LOG);
    libav.Log.setLevel(QUIET);
    await isHeard;
    return lines;
  };
  const answer = async (line: string): Promise<void> => {
    const asking = JSON.parse(line) as Asked;
    const of = { libav, logged, asked };
    const working = "windows" in asking ? lookAtFilm(of, asking) : readFilm(of, asking.path);
    say(
      await working.catch((thrown: unknown): Said => {
        return { kind: "declined", why: String(thrown).slice(0, 1000) };
      }),
    );
  };
  let before = Promise.resolve();
  parentPort?.on("message", (line: string) => {
    before = before.then(() => answer(line));
  });
  say({ kind: "ready", version: asked });
};

try {
  serve();
} catch (thrown) {
  say({ kind: "unable", why: String(thrown).slice(0, 1000) });
}
