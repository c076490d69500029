import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { lookAt, openPage, openSession, type Session, skip, until } from "./support/page.ts";

describe("the system in Chromium", { skip }, () => {
  let session: Session;
  before(async () => {
    session = await openSession();
    session.control.system.setChecks({ ...session.control.system.checks(), at: Date.now() - 120_000 });
  });
  after(async () => session.close());

  test("is readable wide and narrow, light and dark", async () => {
    await lookAt(session, "/system");
  });

  test("encoders are tried and measured again by their buttons", async () => {
    const { page, wrong } = await openPage(session, "/system");
    for (const [label, asked] of [
      ["Try encoders again", "probe"],
      ["Measure again", "measure"],
    ] as const) {
      await page.getByRole("button", { name: label }).click();
      await until(async () => session.control.system.asked.includes(asked));
      await page
        .locator("#notice", { hasText: asked === "probe" ? "being tried" : "are measured" })
        .waitFor();
    }
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test("several cards and what is wrong with one of them are readable wide and narrow", async () => {
    const { system } = session.control;
    const before = await system.facts();
    const [card] = before.cards.kind === "cards" ? before.cards.cards : [];
    assert.ok(card && before.encoders);
    const [trial] = before.encoders.trials;
    assert.ok(trial);
    const mend = "Set NVIDIA_DRIVER_CAPABILITIES=compute,video,utility for the container and start it anew.";
    const second = { ...card, index: 1, uuid: "GPU-2", name: "NVIDIA L4", temperatureCelsius: 35 };
    const trials = [
      { ...trial, card: { index: 0, name: card.name } },
      { ...trial, works: false, why: "It lacks a capability.", mend, card: { index: 1, name: second.name } },
    ];
    system.setFacts({
      cards: { kind: "cards", cards: [card, second] },
      encoders: { ...before.encoders, trials },
    });
    await lookAt(session, "/system");
    const { page } = await openPage(session, "/system");
    assert.match(
      (await page.locator("#card").textContent()) ?? "",
      /1: NVIDIA L4 does not encode[\s\S]*35 °C/,
    );
    const said = (await page.locator("#encoder").textContent()) ?? "";
    assert.match(said, /Card 1: It lacks a capability\.[\s\S]*→ Set NVIDIA_DRIVER_CAPABILITIES/);
    assert.match(said, /412 fps/);
    await page.close();
    system.setFacts(before);
  });

  test("the checks are started by their button and come by themselves", async () => {
    const { page, wrong } = await openPage(session, "/system");
    const { system } = session.control;
    await page.click("#check");
    await page.locator("#checks", { hasText: "Checking…" }).waitFor();
    assert.equal(await page.locator("#check").isDisabled(), true);
    system.setChecks({ at: Date.now(), isRunning: false, findings: [] });
    await page.locator("#checks", { hasText: "Nothing is wrong." }).waitFor();
    await until(async () => page.locator("#check").isEnabled());
    assert.deepEqual(wrong, []);
    await page.close();
  });
});
