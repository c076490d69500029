/** The health check of a container: `node healthy.ts URL` ends with 0 when it answers in time with a success, else with 1. */
const ANSWERS_WITHIN_MS = 8_000;

const [, , url = ""] = process.argv;
const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).catch(() => null);
process.exitCode = answer?.ok ? 0 : 1;
