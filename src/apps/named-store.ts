/** The store as the libraries of today's settings see it. */
import type { Settings } from "../core/settings.ts";
import type { Store } from "../edges/store/store.ts";

/** The store with lists and counts of the libraries that the settings name; rows of others rest until they do again. */
export const named = (store: Store, settings: Settings): Store => {
  const libraries = Object.keys(settings.libraries);
  const { order } = settings.operational;
  const { assets, queue } = store;
  return {
    ...store,
    queue: {
      ...queue,
      page: (line, page) => queue.page({ libraries, order, ...line }, page),
      counts: (line) => queue.counts({ libraries, ...line }),
      move: (id, where, line) => queue.move(id, where, { libraries, order, ...line }),
    },
    assets: {
      ...assets,
      page: (query) => assets.page({ ...query, libraries }),
      count: (filter) => assets.count({ ...filter, libraries }),
      matched: (filter) => assets.matched({ ...filter, libraries }),
      states: (filter) => assets.states({ ...filter, libraries }),
      shows: (query) => assets.shows({ ...query, libraries }),
      archived: (filter) => assets.archived({ ...filter, libraries }),
      archivedCount: (filter) => assets.archivedCount({ ...filter, libraries }),
      counts: (some) => assets.counts(some ?? libraries),
    },
  };
};
