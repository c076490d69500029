/** Short messages after a button was pressed. */
import { type Html, html } from "../html.ts";

export const DONE = {
  scan: "The libraries are being scanned.",
  started: "Your films are being looked at; what needs work is begun by itself.",
  tryAgain: "What waited is tried again now.",
  reprocess: "The film is in the queue again.",
  cancel: "The film was taken out of the work.",
  restore: "The original is back in its place.",
  check: "The checks are running.",
  probe: "Encoders and cards are being tried. What waited for one goes on by itself.",
  measure: "The encoders are measured once nothing is encoded; that takes some ten seconds each.",
  pictures: "The pictures are being made.",
  settingsSaved: "The settings are saved, and in use from the next start on.",
  settingsUsed: "The settings are saved and in use.",
  restoreAll: "The originals are being brought back, one after the other.",
  ignore: "The film stays as it is until you ask for it.",
  priority: "The film has another place in the queue.",
  pause: "The queue is paused. What is in work goes on to its end.",
  drain: "The queue is finishing. What is in work goes on to its end.",
  resume: "The queue runs again.",
  passwordSet: "The password is set. Every other browser has to log in again.",
  passwordRemoved: "There is no password any more.",
  sessionsEnded: "They have to log in again.",
  tokenRevoked: "The token does nothing any more.",
} as const;
export type Done = keyof typeof DONE;

export const notice = (kind: "done" | "problem", text: string): Html =>
  html`<p class="notice notice-${kind}">${text}</p>`;

/** The message of a `?done=` in the address: one of ours or none, never text from the address itself. */
export const doneNotice = (query: unknown): Html | null => {
  const done = typeof query === "object" && query !== null && "done" in query ? query.done : null;
  return typeof done === "string" && Object.hasOwn(DONE, done) ? notice("done", DONE[done as Done]) : null;
};
