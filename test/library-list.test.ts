/** The list of films: filters, orders and counts, against what a plain look at every film says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { STATES } from "../src/core/lifecycle.ts";
import { type MediaKind, SUBTITLE_KINDS } from "../src/core/media-kind.ts";
import { WORKS } from "../src/core/work.ts";
import { FACETS, type Facet, VERDICTS, verdictWord } from "../src/edges/store/asset-kinds.ts";
import { ASSET_SORTS, type AssetQuery } from "../src/edges/store/asset-page.ts";
import type { Asset } from "../src/edges/store/asset-row.ts";
import type { AssetFilter } from "../src/edges/store/asset-select.ts";
import { asksFor } from "../src/edges/store/asset-words.ts";
import type { Store } from "../src/edges/store/store.ts";
import { insert, NOW, newStore } from "./support/store.ts";

const KIND: MediaKind = {
  container: "matroska",
  codec: "hevc",
  resolution: "2160p",
  hdr: "hdr10",
  audio: "eac3",
  channels: "5.1",
  subtitles: ["text", "picture"],
  playsOn: ["chromecast-ultra"],
  failsOn: ["chromecast-2"],
};

const film = fc.record({
  path: fc.constantFrom(
    "Élan",
    "The Zoo (2001)",
    "Zoo/S01E0",
    "zoo S02E0",
    "\u{1F3A5} x",
    "Über_alles 1999",
    "A.b",
  ),
  library: fc.constantFrom("movies", "series"),
  sizeBytes: fc.nat(3),
  state: fc.constantFrom("New", "Queued", "Completed", "Failed"),
  work: fc.constantFrom(...WORKS),
  reasons: fc.subarray(["video-codec", "audio-codec", "container"]),
  result: fc.constantFrom(null, 5, 9),
  media: fc.option(
    fc.record({
      codec: fc.constantFrom("h264", "hevc"),
      hdr: fc.constantFrom("sdr", "hdr10", "hlg"),
      subtitles: fc.subarray([...SUBTITLE_KINDS], { minLength: 1 }),
      failsOn: fc.subarray(["chromecast-2"]),
    }),
  ),
});
const filter = fc.record(
  {
    state: fc.constantFrom(...STATES),
    verdict: fc.constantFrom(...VERDICTS),
    library: fc.constantFrom("movies", "series"),
    work: fc.constantFrom(...WORKS),
    reason: fc.constantFrom("video-codec", "container"),
    codec: fc.constantFrom("h264", "hevc"),
    hdr: fc.constantFrom("hdr", "sdr", "hlg"),
    subtitles: fc.constantFrom(...SUBTITLE_KINDS),
    q: fc.constantFrom("zo", "the z", "UBER", "elan 1", "s01", "x", '"', "NEAR(a b)", "a OR b", "*", ""),
    show: fc.constantFrom("Zoo", "zoo", "none"),
    libraries: fc.constantFrom(["movies"], ["movies", "series"]),
  },
  { requiredKeys: [] },
) satisfies fc.Arbitrary<AssetFilter>;

const valuesOf = (asset: Asset): Partial<Record<Facet, readonly string[]>> => ({
  state: [asset.state],
  verdict: [verdictWord(asset.state, asset.media)],
  library: [asset.library],
  work: asset.work === null ? [] : [asset.work],
  reason: asset.reasonCodes,
  codec: asset.media === null ? [] : [asset.media.codec],
  hdr: asset.media === null ? [] : asset.media.hdr === "sdr" ? ["sdr"] : ["hdr", asset.media.hdr],
  subtitles: asset.media?.subtitles ?? [],
});

const COUNTED = ["state", "verdict", "library", "work", "reason", "codec", "hdr", "subtitles"] as const;

/** Whether a film meets the filter, but for one facet. */
const meets = (asset: Asset, asked: AssetFilter, except?: Facet): boolean => {
  const values = valuesOf(asset);
  if (asked.libraries && !asked.libraries.includes(asset.library)) return false;
  if (asked.q !== undefined && asked.q !== "" && !asksFor(asked.q)(asset.path)) return false;
  if (asked.show !== undefined && !(asked.show.toLowerCase() === "zoo" && /zoo.?S0/i.test(asset.path)))
    return false;
  return FACETS.every(
    (each) => each === except || asked[each] === undefined || values[each]?.includes(asked[each]),
  );
};

const fill = (
  store: Store,
  films: readonly (typeof film extends fc.Arbitrary<infer F> ? F : never)[],
): void =>
  store.transaction(() => {
    for (const [index, { path, library, sizeBytes, state, media, reasons, ...more }] of films.entries()) {
      const { id } = insert(store, `${path}${index}.mkv`, { library, sizeBytes });
      const event = {
        New: null,
        Queued: "assessed-needs-work",
        Completed: "assessed-plays",
        Failed: "assessed-hopeless",
      } as const;
      const happens = event[state as keyof typeof event];
      if (happens !== null)
        store.assets.apply(id, happens, {
          now: NOW + (index % 3),
          work: more.work,
          reasonCodes: reasons,
          resultBytes: more.result,
          media: media && { ...KIND, ...media },
        });
    }
  });

const allOf = (store: Store): readonly Asset[] =>
  STATES.flatMap((state) => store.assets.inState(state)).toSorted((a, b) => a.id - b.id);

const idsOf = (store: Store, query: Omit<AssetQuery, "cursor">): { ids: number[]; totals: Set<number> } => {
  const [ids, totals] = [[] as number[], new Set<number>()];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = store.assets.page({ ...query, cursor });
    ids.push(...page.assets.map((each) => each.id));
    totals.add(page.total);
    assert.ok(page.isTotalExact);
    cursor = page.next;
  }
  return { ids, totals };
};

/** How two films that follow each other must stand. */
const isInOrder = (sort: string, left: Asset, right: Asset): boolean => {
  const number = (a: number, b: number): boolean => a >= b;
  switch (sort) {
    case "size":
      return number(left.sizeBytes, right.sizeBytes);
    case "after":
      return number(left.resultBytes ?? -1, right.resultBytes ?? -1);
    case "state_at":
      return number(left.stateAt, right.stateAt);
    case "id":
      return left.id < right.id;
    case "state":
      return STATES.indexOf(left.state) <= STATES.indexOf(right.state);
    case "library":
      return left.library <= right.library;
    case "verdict":
      return (
        VERDICTS.indexOf(verdictWord(left.state, left.media)) <=
        VERDICTS.indexOf(verdictWord(right.state, right.media))
      );
    case "path":
      return Buffer.compare(Buffer.from(left.path.toLowerCase()), Buffer.from(right.path.toLowerCase())) < 1;
    default:
      return true;
  }
};

test("any filter in any order gives each film that meets it once, and counts as a plain look does", (context) => {
  fc.assert(
    fc.property(
      fc.array(film, { maxLength: 60 }),
      fc.array(fc.tuple(filter, fc.constantFrom(...ASSET_SORTS), fc.boolean()), {
        minLength: 8,
        maxLength: 8,
      }),
      (films, asked) => {
        const { store } = newStore(context);
        fill(store, films);
        const all = allOf(store);
        for (const [one, sort, isReversed] of asked) {
          const expected = all.filter((each) => meets(each, one)).map((each) => each.id);
          const { ids, totals } = idsOf(store, { ...one, sort, isReversed, limit: 7 });
          assert.deepEqual(
            ids.toSorted((a, b) => a - b),
            expected,
            JSON.stringify([one, sort]),
          );
          assert.deepEqual([...totals], [expected.length]);
          const listed = (isReversed ? ids.toReversed() : ids).map((id) =>
            all.find((each) => each.id === id),
          );
          for (const [at, right] of listed.entries()) {
            const left = listed[at - 1];
            if (left && right) assert.ok(isInOrder(sort, left, right), `${sort}: ${left.path} ${right.path}`);
          }
          const matched = store.assets.matched(one);
          assert.deepEqual(matched.ids, expected);
          const { ids: _, ...counted } = matched;
          assert.deepEqual(store.assets.states(one), counted);
          const facets = store.assets.count(one).facets();
          for (const facet of COUNTED) {
            const counts: Record<string, number> = {};
            for (const each of all.filter((asset) => meets(asset, one, facet)))
              for (const value of new Set(valuesOf(each)[facet])) counts[value] = (counts[value] ?? 0) + 1;
            assert.deepEqual(facets?.[facet], counts, `${facet} of ${JSON.stringify(one)}`);
          }
        }
        store.close();
      },
    ),
    { numRuns: 30 },
  );
});
