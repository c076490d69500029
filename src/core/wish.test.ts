import assert from "node:assert/strict";
import { test } from "node:test";
import { DEVICES } from "./devices.ts";
import { parseSettings } from "./settings.ts";
import { defaultEncodingProfile } from "./settings-profile.ts";
import { wishOf } from "./wish.ts";

test("the wish of a library is what the settings say", () => {
  const parsed = parseSettings({
    devices: ["nest-hub"],
    libraries: { films: { root: "/f", languages: ["de", "en"], subtitles: ["vtt"] } },
  });
  assert.equal(parsed.kind, "ok");
  if (parsed.kind !== "ok") return;
  assert.deepEqual(wishOf(parsed.settings, parsed.settings.libraries.films ?? assert.fail()), {
    devices: [DEVICES["nest-hub"]],
    languages: ["de", "en"],
    profile: defaultEncodingProfile,
    sidecarFormats: ["vtt"],
    keepsOriginal: true,
    burnIn: "none",
  });
});
