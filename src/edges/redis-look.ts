/** What a Redis says of itself, asked once. */
import { connectRedis } from "./redis.ts";

export type RedisLook =
  | {
      readonly kind: "answers";
      /** As `redis_version`; of a Valkey the version of Redis that it is like. */
      readonly version: string;
      /** As `maxmemory-policy`; null: it may not be asked. */
      readonly policy: string | null;
      /** Of the quickest of a few questions; ms. */
      readonly latencyMs: number;
    }
  | { readonly kind: "away"; readonly why: string };

const LOOK_MS = 5_000;
const QUESTIONS = 3;

/** Asks the Redis at `address`; ends within seconds, whatever it does. */
export const lookAtRedis = async (address: string): Promise<RedisLook> => {
  const said = Promise.withResolvers<string | null>();
  const connection = connectRedis(address, {
    use: "asking",
    name: "cvc-doctor",
    onState: (state) => said.resolve(state.kind === "away" ? state.why : null),
  });
  const timer = setTimeout(() => said.resolve("It does not answer."), LOOK_MS);
  try {
    const why = await said.promise;
    if (why !== null) return { kind: "away", why };
    const { client } = connection;
    const latencies: number[] = [];
    for (let asked = 0; asked < QUESTIONS; asked++) {
      const began = performance.now();
      await client.ping();
      latencies.push(performance.now() - began);
    }
    const version = /^redis_version:(.*)$/m.exec(await client.info("server"))?.[1]?.trim() ?? "";
    // A Redis that is rented often refuses this question.
    const policy = await client.config("GET", "maxmemory-policy").then(
      (answer) => (Array.isArray(answer) ? String(answer[1]) : null),
      () => null,
    );
    return { kind: "answers", version, policy, latencyMs: Math.min(...latencies) };
  } catch (thrown) {
    return { kind: "away", why: thrown instanceof Error ? thrown.message : String(thrown) };
  } finally {
    clearTimeout(timer);
    connection.close();
  }
};
