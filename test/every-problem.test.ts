/**
 * Every code of a problem is met for real here: by real files, a real store, the real ffmpeg or a program that fails as it
 * does. A code without a row does not compile; a row that meets another problem, or none, fails.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { isProblemCode, PROBLEMS, type ProblemCode } from "../src/core/problem.ts";
import { withoutOtherUser } from "./support/other-user.ts";
import type { Maker } from "./support/problems/maker.ts";
import { OF_DATABASE, withoutOwnDisk } from "./support/problems/of-database.ts";
import { OF_DELIVERIES } from "./support/problems/of-deliveries.ts";
import { OF_FILES } from "./support/problems/of-files.ts";
import { OF_FILMS } from "./support/problems/of-films.ts";
import { OF_GUARDRAILS } from "./support/problems/of-guardrails.ts";
import { OF_LANES } from "./support/problems/of-lanes.ts";
import { OF_ORDERS } from "./support/problems/of-orders.ts";
import { OF_REQUESTS } from "./support/problems/of-requests.ts";
import { OF_TRANSFER } from "./support/problems/of-transfer.ts";
import { withoutRedis } from "./support/redis.ts";

const MAKERS: Readonly<Record<ProblemCode, Maker>> = {
  ...OF_DATABASE,
  ...OF_DELIVERIES,
  ...OF_GUARDRAILS,
  ...OF_ORDERS,
  ...OF_REQUESTS,
  ...OF_LANES,
  ...OF_FILES,
  ...OF_FILMS,
  ...OF_TRANSFER,
};

/** What cannot be met on every machine, and why. */
const WITHOUT: Readonly<Partial<Record<ProblemCode, () => string | false>>> = {
  "root-other-device": () => (existsSync("/dev/shm") ? false : "there is no second disk"),
  "disk-full": () => (existsSync("/dev/full") ? false : "there is no disk that is always full"),
  "io-error": () => (existsSync("/proc/self/mem") ? false : "there is no file that cannot be written"),
  "worker-lost": () => withoutRedis,
  "result-differs": () => withoutRedis,
  "worker-not-found": () => withoutRedis,
  "database-read-only": withoutOwnDisk,
  "database-full": withoutOwnDisk,
  "file-unreadable": withoutOtherUser,
  "folder-not-writable": withoutOtherUser,
  "permission-denied": withoutOtherUser,
};

for (const code of Object.keys(PROBLEMS).filter(isProblemCode))
  test(`${code} is met`, { skip: WITHOUT[code]?.() ?? false }, async (context) => {
    assert.equal(await MAKERS[code](context), code);
  });
