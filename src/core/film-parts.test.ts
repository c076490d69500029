import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { media, planFor, video } from "../../test/support/media.ts";
import { cutFilm, partSecondsFor, whyWhole } from "./film-parts.ts";
