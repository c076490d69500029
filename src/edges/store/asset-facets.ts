/** Which kinds of films a filter finds, and how many films there would be by each value of each filter. */
import { FACETS, type Facet, type Kind, type KindFilter, type Kinds, type Tally } from "./asset-kinds.ts";

export type FacetCounts = Readonly<Record<Facet, Readonly<Record<string, number>>>>;

const facetsIn = (filter: KindFilter): readonly Facet[] =>
  FACETS.filter((each) => filter[each] !== undefined);

const meetsOne = (kind: Kind, filter: KindFilter, facet: Facet): boolean =>
  kind.values[facet].includes(filter[facet] ?? "");

const isOfLibraries = (filter: KindFilter): ((kind: Kind) => boolean) => {
  const libraries = filter.libraries === undefined ? null : new Set(filter.libraries);
  return (kind) => libraries === null || libraries.has(kind.library);
};

/** The kinds of a tally whose films meet the filter. */
export const matchingKinds = (kinds: Kinds, tally: Tally, filter: KindFilter): readonly Kind[] => {
  const [given, isOf] = [facetsIn(filter), isOfLibraries(filter)];
  const found: Kind[] = [];
  for (const id of tally.keys()) {
    const kind = kinds.byId(id);
    if (kind && isOf(kind) && given.every((each) => meetsOne(kind, filter, each))) found.push(kind);
  }
  return found;
};

/** The only facet whose value a kind has not; null: none; undefined: there are several. */
const onlyMissed = (kind: Kind, filter: KindFilter, given: readonly Facet[]): Facet | null | undefined => {
  let missed: Facet | null = null;
  for (const facet of given) {
    if (meetsOne(kind, filter, facet)) continue;
    if (missed !== null) return undefined;
    missed = facet;
  }
  return missed;
};

/** For each value of each facet, how many films there would be if it were chosen instead of what is chosen of it now. */
export const facetCounts = (kinds: Kinds, tally: Tally, filter: KindFilter): FacetCounts => {
  const [given, isOf] = [facetsIn(filter), isOfLibraries(filter)];
  const films: number[] = kinds.values().map(() => 0);
  const facetOf = kinds.values().map((each) => each.facet);
  for (const [id, count] of tally) {
    const kind = kinds.byId(id);
    if (!kind || !isOf(kind)) continue;
    const missed = onlyMissed(kind, filter, given);
    if (missed === undefined) continue;
    for (const number of kind.numbers)
      if (missed === null || facetOf[number] === missed) films[number] = (films[number] ?? 0) + count;
  }
  const counts = Object.fromEntries(FACETS.map((each) => [each, {}])) as Record<
    Facet,
    Record<string, number>
  >;
  for (const [number, { facet, value }] of kinds.values().entries())
    if (films[number]) counts[facet][value] = films[number];
  return counts;
};
