/**
 * The thread of the probe process that native code runs in: a path comes in, what the film is goes out. It waits in plain
 * calls, as to be woken by another thread costs a small film as much again.
 */
import { readSync, writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { StringDecoder } from "node:string_decoder";
import { type Libav, loadLibav } from "./libav.ts";
import { lookAtFilm } from "./look-at-film.ts";
import type { Asked, Said } from "./messages.ts";
import { type Logged, readFilm } from "./read-film.ts";

const [QUIET, INFO] = [-8, 32];
const END_OF_LOG = "chromecast-video-converter: end";

/** Standard input and output, which the other thread leaves alone: reading and writing wait. */
const [IN, OUT] = [0, 1];

const say = (said: Said): void => {
  let left = Buffer.from(`${JSON.stringify(said)}\n`);
  while (left.length > 0) left = left.subarray(writeSync(OUT, left));
};

/** Each line that comes in; ends when nobody asks any more. */
function* lines(): Generator<string> {
  const decoder = new StringDecoder();
  const bytes = Buffer.alloc(65_536);
  let rest = "";
  for (let length = readSync(IN, bytes); length > 0; length = readSync(IN, bytes)) {
    const whole = (rest + decoder.write(bytes.subarray(0, length))).split("\n");
    rest = whole.pop() ?? "";
    yield* whole;
  }
}

type Reader = { readonly libav: Libav; readonly asked: string; readonly logged: Logged };

/** Loads the package. Throws where it cannot be, or is another one than we know. */
const load = (): Reader => {
  const libav = loadLibav();
  const { libraries } = libav.getFFmpegInfo();
  const asked = `libavformat ${libraries.avformat}, libavcodec ${libraries.avcodec}`;
  let log: string[] = [];
  let onEnd = (): void => {};
  libav.Log.setCallback(
    (_level, message) => {
      if (message.startsWith(END_OF_LOG)) onEnd();
      else log.push(message);
    },
    { maxLevel: INFO },
  );
  libav.Log.setLevel(QUIET);
  // What is logged comes later than the call that logs it: a line of our own says where it ends.
  const logged: Logged = async (work) => {
    log = [];
    const isHeard = new Promise<void>((resolve) => {
      onEnd = resolve;
    });
    libav.Log.setLevel(INFO);
    work();
    libav.Log.log(INFO, END_OF_LOG);
    libav.Log.setLevel(QUIET);
    await isHeard;
    return log;
  };
  return { libav, asked, logged };
};

const serve = async (of: Reader): Promise<void> => {
  // What the package calls back for keeps no thread alive.
  setInterval(() => {}, 2 ** 30);
  say({ kind: "ready", version: of.asked });
  // It has no orderly end at which that would be done.
  flushCompileCache();
  for (const line of lines()) {
    const asking = JSON.parse(line) as Asked;
    const working = "windows" in asking ? lookAtFilm(of, asking) : readFilm(of, asking.path);
    say(
      await working.catch((thrown: unknown): Said => {
        return { kind: "declined", why: String(thrown).slice(0, 1000) };
      }),
    );
  }
};

const loaded = (): Reader | null => {
  try {
    return load();
  } catch (thrown) {
    say({ kind: "unable", why: String(thrown).slice(0, 1000) });
    return null;
  }
};

const reader = loaded();
// At once, whatever native code has to put in order; what went wrong after it was ready, its end tells.
if (reader !== null) void serve(reader).finally(() => process.kill(process.pid, "SIGKILL"));
