/** What the doctor says of the Redis through which workers on other machines find their films. */
import { PROBLEMS } from "../../core/problem.ts";
import { shownAddress } from "../../edges/redis.ts";
import { lookAtRedis } from "../../edges/redis-look.ts";
import type { Finding } from "./finding.ts";

/** BullMQ asks for 6.2. */
const LEAST = [6, 2] as const;
/** Each film takes some ten questions: beyond this a network is slow or a machine is busy. */
const SLOW_MS = 50;

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]);
};

/** Reachable, new enough, and one that throws nothing away; how long it takes to answer. */
export const redisFinding = async (address: string): Promise<Finding> => {
  const check = `Redis at ${shownAddress(address)}`;
  const look = await lookAtRedis(address);
  if (look.kind === "away")
    return { check, state: "bad", detail: look.why, mend: PROBLEMS["redis-unreachable"].hint };
  const { version, policy, latencyMs } = look;
  const answers = `version ${version || "not said"}, answers in ${latencyMs.toFixed(1)} ms`;
  if (isOld(version))
    return {
      check,
      state: "bad",
      detail: answers,
      mend: `Install Redis ${LEAST.join(".")} or newer, or Valkey.`,
    };
  if (policy !== null && policy !== "noeviction")
    return {
      check,
      state: "bad",
      detail: `${answers}; when its memory is full it throws keys away (maxmemory-policy ${policy})`,
      mend: "Set `maxmemory-policy noeviction`: otherwise it forgets films that are in work.",
    };
  if (latencyMs > SLOW_MS)
    return { check, state: "note", detail: answers, mend: "Move it nearer, or see what keeps it busy." };
  return { check, state: "ok", detail: answers, mend: "" };
};
