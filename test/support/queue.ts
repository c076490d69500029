/** Films in a real queue, and what a page shows and claims take of it. */
import type { QueueOrder } from "../../src/core/queue-order.ts";
import type { Store } from "../../src/edges/store/store.ts";
import { NOW } from "./store.ts";

type Works = readonly ("copy" | "audio" | "video")[];
export const WORKS = ["copy", "audio"] as const;

type Film = {
  readonly library?: string;
  readonly work?: "copy" | "audio" | "video";
  readonly sizeBytes?: number;
  readonly playingSeconds?: number;
  readonly foundAt?: number;
  readonly modifiedAt?: number;
  readonly queuedAt?: number;
  readonly priority?: number;
};

export const add = (store: Store, path: string, film: Film = {}): number => {
  const { library = "movies", sizeBytes = 1e9, work = "copy", priority = 0 } = film;
  const { foundAt = NOW, modifiedAt = foundAt, queuedAt = foundAt, playingSeconds = null } = film;
  const { id } = store.assets.insert({
    library,
    path,
    sizeBytes,
    modifiedUs: modifiedAt * 1000,
    fingerprint: null,
    foundAt,
    priority,
  });
  store.assets.apply(id, "assessed-needs-work", { now: queuedAt, work, playingSeconds });
  return id;
};

export type Asked = {
  readonly now: number;
  readonly order?: QueueOrder;
  readonly libraries?: readonly string[];
};

export const page = (store: Store, asked: Asked, works: Works, limit = 200) => {
  const paths: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const read = store.queue.page({ works, ...asked }, { limit, cursor });
    paths.push(...read.assets.map((each) => each.path));
    cursor = read.next;
  }
  return paths;
};

let tokens = 0;
export const claim = (store: Store, asked: Asked, works: Works = WORKS) =>
  store.assets.claim({ works, token: `token ${tokens++}`, ...asked })?.path ?? null;

export const claimAll = (store: Store, asked: Asked, works: Works) => {
  const paths: string[] = [];
  for (let path = claim(store, asked, works); path !== null; path = claim(store, asked, works))
    paths.push(path);
  return paths;
};
