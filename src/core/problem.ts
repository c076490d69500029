/**
 * Everything that can go wrong for a person, as rows: what it is called, what to do about it,
 * and whether the program tries again by itself. The codes are a contract (API, CLI, docs).
 *
 * `retry`: `no` the file stays Failed; `backoff` tried again later and counted as an attempt;
 * `wait` the world is not ready (disk, GPU, session limit), tried again without using up an attempt.
 */
import { ACCESS_PROBLEMS } from "./access-problems.ts";
import { DATABASE_PROBLEMS } from "./database-problems.ts";
import { DELIVERY_PROBLEMS } from "./delivery-problems.ts";
import { GUARDRAIL_PROBLEMS } from "./guardrail-problems.ts";
import { type ProblemRow, row } from "./problem-row.ts";
import { WATCH_PROBLEMS } from "./watch-problems.ts";
import { WORKER_PROBLEMS } from "./worker-problems.ts";

export const PROBLEMS = {
  // what a person typed
  "usage-invalid": row(
    "The command or request was not understood.",
    "The commands are in `cvc --help`, the addresses in `/api/docs`.",
    { http: 400, exit: 2 },
  ),
  "settings-invalid": row(
    "The settings cannot be used.",
    "Correct the named keys in the settings file and start again.",
    { http: 422, exit: 2 },
  ),
  "settings-changed": row(
    "The settings file was changed meanwhile.",
    "Load the settings again and make your change once more; nothing was written.",
    { http: 412 },
  ),
  "settings-not-writable": row(
    "The settings file cannot be written.",
    "Give the user that runs this program the right to write in its folder; in a container mount the folder, not the file alone.",
    { http: 409 },
  ),
  restarting: row("The program is taking up new settings.", "Try again in a few seconds.", {
    http: 503,
    retry: "wait",
  }),
  "asset-not-found": row(
    "There is no such film in the library.",
    "Look the film up again; it may have been moved or removed.",
    { http: 404, exit: 2 },
  ),
  "state-refuses": row(
    "The film is in a state that does not allow this.",
    "Wait until it is done, or restore it first if it is archived.",
    { http: 409 },
  ),
  "library-not-found": row(
    "There is no library of that name.",
    "Use one of the library names in the settings.",
    { http: 404, exit: 2 },
  ),
  "request-refused": row(
    "The request came from another site or to a name this program does not know.",
    "Open the page by its own address; a further name must be allowed when the program is started.",
    { http: 403, exit: 2 },
  ),
  "too-many-requests": row(
    "Too many requests came from this address.",
    "Wait as many seconds as `retry-after` says, then go on.",
    { http: 429 },
  ),
  "too-many-listeners": row(
    "Too many pages are open at once.",
    "Close some; the page still works and is up to date after a reload.",
    { http: 503 },
  ),
  ...ACCESS_PROBLEMS,
  // the library
  "root-missing": row(
    "The library folder is not there.",
    "Mount or create the folder; nothing was taken from the list meanwhile.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "root-empty": row(
    "The library folder is empty but was not before.",
    "Check that the disk is mounted; nothing was taken from the list.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "root-other-device": row(
    "The library folder is on another disk than before.",
    "Mount the right disk, or remove and add the library if the move was wanted.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "folder-away": row(
    "A folder that the settings name, for originals or for results, is away.",
    "Mount its disk. A new folder you make by hand: it is never made for you, as a disk that is away looks the same. If you emptied it yourself, put any file into it.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "name-not-utf8": row(
    "There are files whose names are not valid UTF-8.",
    "Rename them (`convmv` finds and mends such names); until then they are left alone.",
  ),
  "file-missing": row("The file is not there any more.", "Scan the library again.", {
    http: 404,
    retry: "wait",
  }),
  "file-unreadable": row(
    "The file cannot be read.",
    "Give the user that runs this program the right to read it.",
    { retry: "backoff" },
  ),
  "folder-not-writable": row(
    "The folder of the film cannot be written to.",
    "Give the user that runs this program the right to write there, or set `output` to another folder.",
    { retry: "backoff" },
  ),
  "source-changed": row(
    "The file changed while it was being worked on.",
    "Nothing to do: it is looked at again once it has settled.",
    { retry: "wait" },
  ),
  // the film
  "not-media": row(
    "The file is not a film, whatever its name says.",
    "Remove or rename it, or leave it: it is not touched.",
  ),
  "no-video": row("The file has no picture.", "Nothing to do: music and subtitle files are left alone."),
  "source-encrypted": row(
    "The film is encrypted (DRM).",
    "Get a copy without copy protection; this one is left alone.",
  ),
  "source-damaged": row(
    "The film is damaged or incomplete.",
    "Get a fresh copy of the file; the damaged one is kept.",
  ),
  "codec-unknown": row(
    "The film is in a codec that ffmpeg here does not know.",
    "Install a newer ffmpeg and press Try again, or get another version of the film.",
  ),
  "dolby-vision-unsupported": row(
    "Dolby Vision profile 5 needs a converter this ffmpeg does not have.",
    "Install an ffmpeg with libplacebo or jellyfin-ffmpeg, or get an HDR10 version.",
  ),
  "probe-failed": row(
    "ffprobe could not say what the file is.",
    "Try to play the file; if it plays, report it with the log.",
    { retry: "backoff" },
  ),
  "probe-timeout": row("ffprobe took too long.", "Check the disk or network share the file is on.", {
    retry: "backoff",
  }),
  // the machine
  "ffmpeg-missing": row(
    "ffmpeg or ffprobe is not installed.",
    "Install it: `apt-get install ffmpeg` on Debian and Ubuntu, `brew install ffmpeg` on macOS.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "encoder-unavailable": row(
    "No encoder that the settings allow works on this machine.",
    "Set `operational.encoder: software`, or set `gpu_only: false`, or make the GPU reachable; `cvc doctor` says what is missing.",
    { http: 503, exit: 3, retry: "wait" },
  ),
  "gpu-failed": row(
    "The graphics card or its driver refused the work.",
    "Run `cvc doctor`; restart the container or the driver if the card is lost.",
    { retry: "wait" },
  ),
  "encoder-sessions-spent": row(
    "The graphics card has no free encoding session.",
    "Lower `max_concurrent_jobs`, or wait: it is tried again.",
    { retry: "wait" },
  ),
  "disk-full": row("The disk is full.", "Free some space; the film is tried again.", {
    http: 507,
    retry: "wait",
  }),
  "permission-denied": row(
    "The operating system refused access.",
    "Give the user that runs this program access to the folder.",
    { retry: "backoff" },
  ),
  "io-error": row(
    "The disk or network share reported an error.",
    "Check the disk and its cable or mount; the original is untouched.",
    { retry: "backoff" },
  ),
  "out-of-memory": row(
    "The work needs more memory than there is, or than a film may take.",
    "Lower `max_concurrent_jobs`; where one film alone says so, get another version of it.",
    { retry: "backoff" },
  ),
  // the work
  "conversion-stalled": row(
    "ffmpeg stopped making progress.",
    "It is tried again; if it stalls again, check the disk or the GPU.",
    { retry: "backoff" },
  ),
  "conversion-too-long": row(
    "ffmpeg ran far longer than this film should take.",
    "It is tried again; see the log of the attempt.",
    { retry: "backoff" },
  ),
  "conversion-killed": row(
    "ffmpeg was ended from outside.",
    "It is tried again; if memory is short, lower `max_concurrent_jobs`.",
    { retry: "backoff" },
  ),
  "conversion-failed": row(
    "ffmpeg could not convert the film.",
    "See the last lines of the log; try to play the original.",
    { retry: "backoff" },
  ),
  "arguments-refused": row(
    "ffmpeg did not accept the command we made.",
    "Report this with the log and the version of ffmpeg.",
  ),
  "verification-failed": row(
    "The converted file did not pass its checks and was thrown away.",
    "See which check failed; the original is untouched.",
    { retry: "backoff" },
  ),
  "publish-failed": row(
    "The converted film could not be put in its place.",
    "Check the rights on the folder; the original is untouched.",
    { retry: "backoff" },
  ),
  "archive-failed": row(
    "The original could not be moved to the archive.",
    "Check the archive folder, then try the film again; original and converted film are both in place.",
  ),
  "original-kept": row(
    "The original was kept, because the result has not all of its sound and subtitles.",
    "Delete it by hand if you do not need them, or use `original: archive`.",
  ),
  "restore-failed": row(
    "The original could not be brought back.",
    "Check that its old place is free; it is still in the archive.",
    { http: 409 },
  ),
  "pictures-not-made": row(
    "The pictures for the comparison could not be made.",
    "Play both files; if they play, try again later. No film was touched by it.",
    { http: 503 },
  ),
  cancelled: row("The work was stopped by a person.", "Try again starts it anew.", { exit: 130 }),
  interrupted: row(
    "The program was stopped in the middle of the work.",
    "Nothing to do: it starts again by itself.",
    { exit: 130, retry: "wait" },
  ),
  ...GUARDRAIL_PROBLEMS,
  ...DELIVERY_PROBLEMS,
  // the program
  ...WATCH_PROBLEMS,
  ...WORKER_PROBLEMS,
  ...DATABASE_PROBLEMS,
  "already-running": row(
    "Another orchestrator uses this data folder.",
    "Stop it first, or choose another folder with `--data`.",
    { exit: 3 },
  ),
  "port-in-use": row(
    "The port is already taken.",
    "Stop the other program, or choose another port with `--port`.",
    { exit: 3 },
  ),
  "orchestrator-unreachable": row(
    "The orchestrator does not answer.",
    "Start it with `npm start`, or name its address with ORCHESTRATOR_URL.",
    { http: 503, exit: 3 },
  ),
  internal: row("The program made a mistake.", "Report this with the log; no original was touched by it."),
} as const satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A code as data: what core returns and what the store keeps. */
export type ProblemValue = { readonly code: ProblemCode; readonly detail: string };

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);

/** Thrown by edges when the world is broken; caught at the four borders (HTTP, job loop, scheduler, main). */
export class Problem extends Error {
  readonly code: ProblemCode;
  /** What exactly was met: a path, a line of ffmpeg, a key. */
  readonly detail: string;
  readonly hint: string;

  /** `hint`: what to do in this very case, where the row's is too general. */
  constructor(code: ProblemCode, detail = "", cause?: unknown, hint: string = PROBLEMS[code].hint) {
    super(detail === "" ? PROBLEMS[code].title : `${PROBLEMS[code].title} ${detail}`, { cause });
    this.name = "Problem";
    this.code = code;
    this.detail = detail;
    this.hint = hint;
  }
}

/** Any thrown thing as a Problem; what is not one of ours is `internal`. */
export const toProblem = (thrown: unknown): Problem =>
  thrown instanceof Problem
    ? thrown
    : new Problem("internal", thrown instanceof Error ? thrown.message : String(thrown), thrown);
