/** What limits a row that missed its target, as far as it was looked for; by the row's name. */
export const LIMITS: Readonly<Record<string, string>> = {
  assess:
    "Both cores are busy. ffprobe, the baseline, does not look at the pictures of a film whose header does not tell bars and combing (one film in four here, 8 ms each), nor are its answers kept; then 0.6 s for the start of the program and of two probe processes.",
  "assess-again":
    "At 1,000 films what is done once for all of them is half of it; the row is compared with `assess`, which became seven times as fast itself.",
  "one-change":
    "Most likely the look into the film: one alone is asked of ffprobe, up to three starts of it, as a probe process costs more to start than it saves.",
  library:
    "Most likely: one encoder fills both cores, so that copies beside it win nothing, and every result is decoded in samples: of films of two minutes, as here, an eighth, of a film of two hours a fiftieth.",
  "library-encoded":
    "The encodes that are left are more than a fifth of those of all films; nothing else takes long.",
  "segments-threads":
    "One encoder of two threads fills nearly two cores already; parts read and decode the pictures before their keyframes twice, 3 % of the processor here.",
  "segments-threads-encoded": "As `segments-threads`.",
  "segments-cores":
    "Pictures before a part's keyframe are decoded twice, the joining and the checks are one encoder's, and at the end one waits for the other's last part.",
  "segments-cores-encoded": "As `segments-cores`.",
  idle: "The clock that says how late the event loop is ticks each 10 ms and takes 0.16 %; the times of 33,000 folders, compared each minute until a first change was told of, 0.3 %.",
  "memory-watched":
    "One watch a folder, of which Node has no cheaper one than 1.8 kB, for as many as the system allows; the others are compared, and kept in a table for it.",
};
