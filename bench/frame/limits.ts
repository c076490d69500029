/** What limits a row that missed its target, as far as it was looked for; by the row's name. */
export const LIMITS: Readonly<Record<string, string>> = {
  assess:
    "Both cores are busy. ffprobe, the baseline, does not look at the pictures of a film whose header does not tell bars and combing (one film in four here, 8 ms each), nor are its answers kept; then 0.5 s for the start of the program and of two probe processes, longer the first time ever.",
  "assess-again":
    "At 1,000 films, a tenth of a second, half of it is code that runs for the first time. The row is compared with `assess`, which became ten times as fast itself: what is left for a film is 50 µs, of which unpacking what was read of it takes 13 and SQLite 25.",
  "one-change":
    "The look into the film: one alone is asked of ffprobe, two starts of it one after the other, as a probe process costs more to start than it saves.",
  library:
    "One encoder fills both cores: over the whole run they are 95 % busy (`/proc/stat`), nine tenths of that with the same encodes as the baseline's, so that copies beside them win nothing; two encoders at once take as long. Every result is decoded in samples besides: of films of two minutes, as here, an eighth, of a film of two hours a fiftieth.",
  "library-encoded":
    "The encodes that are left are more than a fifth of those of all films; nothing else takes long.",
  "segments-threads":
    "One encoder of two threads fills nearly two cores already; parts read and decode the pictures before their keyframes twice, 3 % of the processor here.",
  "segments-threads-encoded": "As `segments-threads`.",
  "segments-cores":
    "Pictures before a part's keyframe are decoded twice, the joining and the checks are one encoder's, and at the end one waits for the other's last part.",
  "segments-cores-encoded": "As `segments-cores`.",
  idle: "The clock that says how late the event loop is ticks each 20 ms and takes 0.1 %, the loops that look for work each second 0.1 %.",
  "loop-lag":
    "Pages that are made for the first time since the start: a template and a query take ten times as long then.",
  "memory-watched":
    "One watch a folder, of which Node has no cheaper one than 1.8 kB, for as many as the system allows; the others are compared, and kept in a table for it.",
};
