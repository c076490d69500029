/** How long one who guesses has to wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressGroup, createLoginGate } from "../src/apps/login-gate.ts";

const newGate = () => {
  let time = 1_800_000_000_000;
  const gate = createLoginGate(() => time);
  const wait = (ms: number): void => {
    time += ms;
  };
  return { ...gate, wait };
};

test("five tries are free; each further one waits twice as long, a quarter of an hour at most", () => {
  const { enter, wait, forgive } = newGate();
  for (let each = 0; each < 5; each++) assert.equal(enter("10.0.0.1", false), 0);
  const waits: number[] = [];
  for (let each = 0; each < 12; each++) {
    const ms = enter("10.0.0.1", false);
    waits.push(ms / 1000);
    assert.equal(enter("10.0.0.2", false), 0, "another address waits for nothing");
    wait(ms - 1);
    assert.equal(enter("10.0.0.1", false), 1);
    wait(1);
    assert.equal(enter("10.0.0.1", false), 0);
  }
  assert.deepEqual(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  forgive("10.0.0.1");
  assert.equal(enter("10.0.0.1", false), 0);
});

test("an hour later it is forgotten", () => {
  const { enter, wait } = newGate();
  for (let each = 0; each < 5; each++) enter("10.0.0.1", false);
  assert.ok(enter("10.0.0.1", false) > 0);
  wait(3600_000);
  for (let each = 0; each < 5; each++) assert.equal(enter("10.0.0.1", false), 0);
});

test("many addresses together are slowed down, ten seconds at most, and who was in before is not", () => {
  const { enter, wait } = newGate();
  const from = (each: number): string => `10.${each >> 8}.${each & 255}.1`;
  for (let each = 0; each < 50; each++) assert.equal(enter(from(each), false), 0);
  assert.equal(enter("192.168.1.9", false), 1000);
  assert.equal(enter("192.168.1.7", true), 0);
  for (let each = 50; each < 60; each++) {
    wait(10_000);
    assert.equal(enter(from(each), false), 0);
  }
  assert.equal(enter("192.168.1.9", false), 10_000);
});

test("a thousand addresses are remembered, and all of them together always", () => {
  const { enter } = newGate();
  for (let each = 0; each < 3000; each++) enter(`10.0.${each >> 8}.${each & 255}`, true);
  assert.equal(enter("192.168.1.9", false), 10_000);
});

for (const [address, group] of [
  ["192.168.1.7", "192.168.1.7"],
  ["::ffff:192.168.1.7", "::ffff:192.168.1.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::1", "2001:db8:1:2"],
  ["2001:0db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["1::", "1:0:0:0"],
] as const)
  test(`${address} is of ${group}`, () => assert.equal(addressGroup(address), group));
