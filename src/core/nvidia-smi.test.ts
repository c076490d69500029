import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCards } from "./nvidia-smi.ts";

describe("what nvidia-smi says", () => {
  it("is a card a line, memory in MiB", () => {
    assert.deepEqual(parseCards("0, GPU-1, NVIDIA GeForce GTX 1660, 550.54.14, 61, 87, 1024, 6144, 2\n"), [
      {
        index: 0,
        uuid: "GPU-1",
        name: "NVIDIA GeForce GTX 1660",
        driver: "550.54.14",
        temperatureCelsius: 61,
        usedPercent: 87,
        memoryUsedBytes: 2 ** 30,
        memoryTotalBytes: 6 * 2 ** 30,
        encodes: 2,
      },
    ]);
  });

  it("has nothing where a card does not know a figure", () => {
    const [card] = parseCards("1, GPU-2, Tesla T4, 535.1, [N/A], [Not Supported], 0, 15360, [N/A]");
    assert.deepEqual([card?.temperatureCelsius, card?.usedPercent, card?.encodes], [null, null, null]);
  });

  for (const said of [
    "",
    "\n",
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
    'Field "encoder.stats.sessionCount" is not a valid field to query.',
    "a, b, c, d, e, f, g, h, i",
    "0, u, c, d, e, f, g, h, i, j",
    "No devices were found",
  ])
    it(`is no card: ${JSON.stringify(said)}`, () => assert.deepEqual(parseCards(said), []));
});
