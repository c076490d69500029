import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EVENT_WORDS, eventWords, kindsOf, TOPICS } from "./event-words.ts";
import { ASSET_EVENTS } from "./lifecycle.ts";

describe("the words of events", () => {
  it("are there for every event of the lifecycle", () => {
    for (const event of ASSET_EVENTS) assert.notEqual(eventWords(event).topic, null, event);
  });

  it("put each kind under one topic, and none of the topics is empty", () => {
    const all = TOPICS.flatMap(kindsOf);
    assert.deepEqual(all.toSorted(), Object.keys(EVENT_WORDS).toSorted());
    for (const topic of TOPICS) assert.ok(kindsOf(topic).length > 0, topic);
  });

  it("show a kind that is not known as it is, whatever it is called", () => {
    assert.deepEqual(eventWords("made-of-cheese"), { topic: null, words: "made of cheese", tone: "plain" });
    assert.equal(eventWords("toString").words, "toString");
  });
});
