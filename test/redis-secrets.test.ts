/** What the driver of Redis says when it fails holds the command that failed, and with it a password. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { connectRedis } from "../src/edges/redis.ts";
import { openIntake } from "../src/edges/work-intake.ts";
import { until } from "./support/orchestrator.ts";
import { startRedis, withoutRedis } from "./support/redis.ts";

test("no error of Redis that may come into a log holds its password", {
  skip: withoutRedis,
}, async (context) => {
  const redis = await startRedis(context);
  await redis.client.config("SET", "requirepass", "right");
  const said: string[] = [];
  const take = (error: unknown): void => void said.push(`${error} ${JSON.stringify(error)}`);
  const address = redis.url.replace("redis://", "redis://:not-to-be-read@");
  const connection = connectRedis(address, { use: "blocking", name: "a test" });
  context.after(connection.close);
  const intake = openIntake({
    ...{ connection, queue: "q", slots: 1, lockMs: 30_000, onError: take },
    handle: () => Promise.reject(new Error("There is nothing to do.")),
  });
  connection.client.ping().catch(take);
  await until("it is refused several times", () => said.length > 3);
  // It cannot leave a Redis that does not let it in.
  await redis.client.config("SET", "requirepass", "not-to-be-read");
  await intake.close();
  assert.match(said.join("\n"), /WRONGPASS/);
  assert.doesNotMatch(said.join("\n"), /not-to-be-read/);
});
