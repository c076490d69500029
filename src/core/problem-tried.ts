/** What the program did of itself when it met a problem, for the person who reads of it. One sentence or two a code. */
import { PROBLEMS, type ProblemCode } from "./problem.ts";

const NOTHING = "Nothing was done or changed.";
const LOOKED_AGAIN =
  "The folder is looked for again every half minute or so. Its films stay in the list and wait; none uses up an attempt.";
const RUN_AGAIN = "What was made is thrown away; the film is tried again, each time later than before.";
const LANE_WAITS =
  "All work of its kind waits and is tried again after a minute, then after twice as long each time, a quarter of an hour at most.";
const TOLD_AGAIN =
  "The message is kept and sent again, each time later than before, for three days. Nothing else waits for it.";

const LOOKED_AT_AGAIN = "The disk is looked at again every quarter of a minute.";

export const TRIED: Readonly<Record<ProblemCode, string>> = {
  "usage-invalid": NOTHING,
  "settings-invalid":
    "The settings were read to their end, so that every mistake in them is named. Nothing was started.",
  "settings-changed": NOTHING,
  "settings-not-writable":
    "A new file was to be made beside it and to take its place. The old one is as it was.",
  restarting: "What is in work goes back to the queue, and the work begins again under the new settings.",
  "asset-not-found": NOTHING,
  "state-refuses": NOTHING,
  "library-not-found": NOTHING,
  "request-refused": NOTHING,
  "too-many-requests": "The requests before were answered; this one was not read.",
  "too-many-listeners": "The page itself was answered; only its live changes are not sent.",
  "login-needed": NOTHING,
  "token-refused": "It was compared with the tokens that there are.",
  "scope-missing": NOTHING,
  "password-wrong": "It was compared with the one that is set. The try is counted.",
  "password-unfit": NOTHING,
  "setup-code-wrong": "It was compared with the one that was printed. The try is counted.",
  "too-many-tries": "What was sent was not looked at.",
  "root-missing": LOOKED_AGAIN,
  "root-empty": LOOKED_AGAIN,
  "root-other-device":
    "Up to twenty known films were looked for on the disk that is there, and most of them are not on it. The library waits and is looked at again.",
  "folder-away":
    "It was looked for before any work began, and again right before an original was to go there. Nothing was made in its place; the library waits and it is looked for again every minute.",
  "file-missing":
    "A scan was asked for, which finds the film where it went. A film in the queue waits and is tried again up to twenty times before it uses up an attempt.",
  "file-unreadable": "The file was opened again at every scan and attempt. It was not changed.",
  "folder-not-writable":
    "A hidden file was made there on trial before any work began, so that no hour of encoding was spent. It is tried again later.",
  "source-changed": "Nothing was published of it and nothing moved; a scan was asked for.",
  "not-media": "ffprobe read it as every film format that is allowed, whatever its name says.",
  "no-video": "All of its streams were listed; none of them is a picture.",
  "source-encrypted": "Its headers and boxes were read; nothing tried to break the protection.",
  "source-damaged": "It was read as far as that goes. The file was not changed.",
  "codec-unknown": "ffprobe was asked for the name of the codec and has none.",
  "dolby-vision-unsupported":
    "The other layers of the picture were looked at: there is none that plays without the conversion.",
  "probe-failed": "ffprobe was asked several times, half a minute apart.",
  "probe-timeout": "ffprobe was given a minute, several times, half a minute apart, and ended each time.",
  "ffmpeg-missing": `The program was looked for in every folder of PATH. ${LANE_WAITS}`,
  "encoder-unavailable":
    "Every encoder that the settings allow was tried with a real encode. Copies go on; encodes wait, and the encoders are tried again.",
  "gpu-failed":
    "The film was run again with the processor decoding where that was at fault; the encoder is tried anew before the next attempt, and encodes wait meanwhile.",
  "card-unused": "A test film was encoded on it. What works instead of it does the work.",
  "encoder-sessions-spent": LANE_WAITS,
  "disk-full": `What was made is thrown away. ${LANE_WAITS}`,
  "permission-denied": RUN_AGAIN,
  "io-error": "The library waits a minute and is looked at again; an attempt at a film is made again later.",
  "out-of-memory": RUN_AGAIN,
  "conversion-stalled": `It was ended after two minutes in which nothing was written. ${RUN_AGAIN}`,
  "conversion-too-long": `It was ended after six times the longest estimate, a quarter of an hour at the least. ${RUN_AGAIN}`,
  "conversion-killed": RUN_AGAIN,
  "conversion-failed": `Where a card refused an option or the film, it was run again in the same attempt without. ${RUN_AGAIN}`,
  "arguments-refused":
    "What was made is thrown away. The same command would be refused again, so it is not run again.",
  "verification-failed": `The result was read back from disk and asked every question of the list. ${RUN_AGAIN} A copy that did not pass is an encode the next time.`,
  "publish-failed": `Up to a hundred names were tried; nothing that exists is overwritten. ${RUN_AGAIN}`,
  "archive-failed":
    "It was linked into the archive, or on another disk copied and compared. The original stays in its place beside the converted film.",
  "original-kept": "The converted film was published; only the original was not deleted.",
  "restore-failed":
    "What stands in the archive and in the old place was compared with the original. Nothing was overwritten.",
  "pictures-not-made":
    "Both files were opened for reading at five moments. What was made of them is thrown away.",
  "card-too-hot":
    "No encode is begun until the card is ten degrees cooler. Where it was far too hot, running encodes were ended; their films are in the queue again, and no attempt is used up.",
  "card-lost":
    "The encoders are tried again, each time later than before. Encodes wait; no film is failed for it. Copies go on.",
  "disk-over-limit": `Nothing is begun that would write there. ${LOOKED_AT_AGAIN}`,
  "no-room": `It is not begun; films that fit are. ${LOOKED_AT_AGAIN}`,
  "machine-busy": "No encode is begun. What is in work goes on.",
  "memory-short": "Nothing new is begun. What is in work goes on.",
  "outside-hours": "No encode is begun. What is in work goes on to its end.",
  "somebody-watches": "No encode is begun. The servers are asked four times a minute.",
  "failing-alike":
    "All work of its kind waits. One film is tried after five minutes, then after twice as long each time, two hours at most.",
  cancelled: "ffmpeg was ended and what it had made is thrown away.",
  "order-refused": "The worker did nothing, and answered why.",
  "worker-sees-other":
    "The worker touched nothing. It takes no film of that library for a minute, and the film is given out again.",
  interrupted: "What was made is thrown away and the film is in the queue again; no attempt is used up.",
  "name-not-utf8": "The names were read byte by byte; the files were neither opened nor changed.",
  "database-unusable": "It was opened as it is, and not made anew over what is there.",
  "database-locked":
    "It was waited for five seconds; while the program runs it is asked again every quarter of a minute.",
  "database-read-only":
    "A page was written as a trial. Nothing was made anew; the work waits and it is tried again.",
  "database-full": "A page was written as a trial. The work waits and it is tried again.",
  "database-damaged": "Its pages were read and checked. It was neither written to nor made anew.",
  "database-missing": "The data folder was looked through for traces of it. No new one was made.",
  "database-newer": "It was not opened for writing.",
  "backup-failed": "A copy was made under a hidden name and read back; it is tried again in an hour.",
  "backup-damaged": "It was read and checked before anything was touched.",
  "watch-limit":
    "The folders that cannot be watched are compared by their times now and then, and watching them is tried again each time.",
  "target-unreachable": TOLD_AGAIN,
  "target-busy": `It is left alone for as long as it asked. ${TOLD_AGAIN}`,
  "target-refuses": `It is asked again once an hour, and when the settings change. ${TOLD_AGAIN}`,
  "target-not-found": `It is asked again once an hour, and when the settings change. ${TOLD_AGAIN}`,
  "message-refused": "The message was sent once and is thrown away; the next ones are sent all the same.",
  "work-unknown": NOTHING,
  "work-over": "What the worker had sent is thrown away; nothing more is taken from it.",
  "transfer-damaged":
    "Every block is compared with its hash before it is written, and a result once more as a whole, as it was read back from disk.",
  "transfer-out-of-step": NOTHING,
  "transfer-failed":
    "Each block was asked for again, each time later than before, for ten minutes without one that arrived. What had come is thrown away.",
  "result-too-large": RUN_AGAIN,
  "scratch-full": "Nothing was fetched. The film went back to the queue; no attempt is used up.",
  "redis-unreachable":
    "It is tried again for ever, five seconds apart at most. What was handed out stays handed out; this machine's own work goes on.",
  "redis-refuses":
    "It is tried again for ever, half a minute apart at most. The film is in the queue again, and no attempt is used up; this machine's own work goes on.",
  "worker-lost":
    "It was waited for until it had said nothing for twenty seconds. The film is in the queue again; no attempt is used up, unless it happens with it again and again. A result that still comes is thrown away.",
  "result-differs": `Its size and its fingerprint were compared for a minute, as a network share may show a file late. ${RUN_AGAIN}`,
  "worker-not-found": NOTHING,
  "already-running": NOTHING,
  "port-in-use": "The port was asked for once; the library was not touched.",
  "orchestrator-unreachable": "It was asked once, and waited for until its time was up.",
  internal: "The step was given up where it was. What it was at is tried again, or waits for you.",
};

/** All that is told of a problem, the same in the API and on the command line. Keys are added freely, never renamed. */
export const problemFacts = <Detail extends string | null>(code: ProblemCode, detail: Detail) => {
  const { title, hint, retry } = PROBLEMS[code];
  return { code, title, detail, tried: TRIED[code], hint, retry };
};
