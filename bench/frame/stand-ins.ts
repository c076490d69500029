/** Stand-ins of ffmpeg and ffprobe for films that are all alike: fast, and as true as the real ones were of the first film. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The first question of each kind is asked of the real program, and its answer is what all others get; so is the first
 * result. What is no question of a film goes to the real program each time.
 */
const SCRIPT = `#!/bin/sh
program=\${0##*/}
answers=\${0%/*}/answers
for last in "$@"; do :; done
case "$program $*" in
  "ffmpeg "*.partial.mp4) name=result ;;
  "ffmpeg "*" -hash "*) name=hashes ;;
  "ffprobe "*" -show_format "*) name=format ;;
  "ffprobe "*"stream=extradata"*) name=extradata ;;
  "ffprobe "*"packet="*) name=packets ;;
  *) exec "$program" "$@" ;;
esac
if [ "$name" = result ]; then
  output=\${last#file:}
  if [ -f "$answers/result" ]; then
    printf 'frame=48\\nout_time_us=2000000\\nprogress=end\\n'
    exec cp "$answers/result" "$output"
  fi
  "$program" "$@" || exit
  cp "$output" "$answers/$$" && exec mv "$answers/$$" "$answers/result"
fi
case "$*" in
  *.partial.mp4*) answer=$answers/$name-of-result ;;
  *) answer=$answers/$name-of-source ;;
esac
if [ ! -f "$answer" ]; then
  "$program" "$@" >"$answers/$$" || exit
  mv "$answers/$$" "$answer"
fi
exec cat "$answer"
`;

/** Writes both below `folder`; what to start instead of the real ones. */
export const makeStandIns = (folder: string): { readonly ffmpeg: string; readonly ffprobe: string } => {
  const at = join(folder, "stand-ins");
  mkdirSync(join(at, "answers"), { recursive: true });
  const write = (name: string): string => {
    const path = join(at, name);
    writeFileSync(path, SCRIPT, { mode: 0o755 });
    return path;
  };
  return { ffmpeg: write("ffmpeg"), ffprobe: write("ffprobe") };
};
