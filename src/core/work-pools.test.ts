import assert from "node:assert/strict";
import { test } from "node:test";
import { PROTOCOL, type WorkerHello } from "./work-order.ts";
import { freePools, type Pool, poolsOf } from "./work-pools.ts";

const hello = (id: string, change: Partial<WorkerHello> = {}): WorkerHello => ({
  protocol: PROTOCOL,
  version: "1",
  id,
  name: id,
  startedAt: 0,
  at: 0,
  slots: { copies: 1, encodes: 1 },
  encoder: { name: "software", codec: "libx264", isHardware: false },
  encoderWhy: "",
  decodes: ["h264"],
  libraries: ["films"],
  access: "mounts",
  cards: [],
  running: [],
  state: "working",
  loadPercent: null,
  ...change,
});
const card = { encoder: { name: "nvenc", codec: "h264_nvenc", isHardware: true } } as const;
const queueOf = ({ encoder, libraries }: WorkerHello): string => `${encoder?.name}-${libraries.join("+")}`;

test("workers that can do the same are one pool, with the places of all", () => {
  const pools = poolsOf(
    "encodes",
    [hello("a"), hello("b", { slots: { copies: 0, encodes: 2 } }), hello("c", card)],
    {
      gpuOnly: false,
      queueOf,
    },
  );
  assert.deepEqual(
    pools.map(({ queue, slots }) => [queue, slots]),
    [
      ["software-films", 3],
      ["nvenc-films", 1],
    ],
  );
});

test("a worker without places or without an encoder is in no pool, and under gpu_only no processor", () => {
  const all = [
    hello("a"),
    hello("b", { ...card, slots: { copies: 2, encodes: 0 } }),
    hello("c", { encoder: null }),
  ];
  const of = (lane: "copies" | "encodes") =>
    poolsOf(lane, all, { gpuOnly: true, queueOf }).map((each) => each.queue);
  assert.deepEqual(of("encodes"), []);
  assert.deepEqual(of("copies"), ["software-films", "nvenc-films", "undefined-films"]);
});

const pool = (queue: string, slots: number, lane: Pool["lane"] = "encodes"): Pool => ({
  queue,
  lane,
  slots,
  libraries: [],
  decodes: [],
  encoder: null,
});
const CASES: readonly (readonly [
  string,
  readonly Pool[],
  Readonly<Record<string, number>>,
  readonly string[],
])[] = [
  ["the most free places come first", [pool("a", 1), pool("b", 3)], {}, ["b", "a"]],
  ["what is out counts", [pool("a", 1), pool("b", 3)], { b: 3 }, ["a", "b"]],
  ["an encode is handed out ahead once", [pool("a", 1)], { a: 1 }, ["a"]],
  ["and not twice", [pool("a", 1)], { a: 2 }, []],
  ["copies are handed out further ahead", [pool("a", 4, "copies")], { a: 7 }, ["a"]],
  ["but not without end", [pool("a", 4, "copies")], { a: 8 }, []],
];
for (const [name, pools, out, wanted] of CASES)
  test(name, () => {
    assert.deepEqual(
      freePools(pools, (queue) => out[queue] ?? 0).map((each) => each.queue),
      wanted,
    );
  });
