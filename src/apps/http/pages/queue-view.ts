/** What the page of the queue shows, and the addresses of its other views. */
import type { QueuePage } from "../../../edges/store/queue.ts";
import type { Control } from "../../control.ts";
import type { LANE_NAMES } from "../../pauses.ts";

export type LaneName = (typeof LANE_NAMES)[number];

export const LANE_WORDS: Readonly<Record<LaneName, { readonly name: string; readonly what: string }>> = {
  copies: { name: "Fixes and sound", what: "Seconds to minutes; the picture is never touched." },
  encodes: { name: "Encodes", what: "Minutes to hours; the picture is made anew." },
};

export type QueueView = {
  readonly control: Control;
  /** Epoch ms. */
  readonly now: number;
  readonly lane: LaneName;
  readonly cursor: string | undefined;
  /** The place in the lane of the first film of the page; 1 on the first page. */
  readonly first: number;
  readonly page: QueuePage;
};

type Part = {
  readonly lane: LaneName;
  readonly cursor?: string | undefined;
  readonly first?: number;
};

/** `path` with a part of the queue. */
export const queueUrl = (path: string, { lane, cursor, first }: Part): string => {
  const query = new URLSearchParams({ lane });
  if (cursor !== undefined) query.set("cursor", cursor);
  if (cursor !== undefined && first !== undefined) query.set("first", String(first));
  return `${path}?${query}`;
};
