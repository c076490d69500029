/**
 * The asset's state machine: the only one. The SQL trigger that refuses an illegal change, the diagram in
 * docs/01_architecture.md and the types are all made from TRANSITIONS.
 */
export const STATES = ["New", "Queued", "Processing", "Completed", "Failed", "Archived"] as const;
export type State = (typeof STATES)[number];

/** Why an asset rests where it does. `direct-play`: played as it was; `converted`: we made a file that plays. */
export const OUTCOMES = ["direct-play", "converted"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const ASSET_EVENTS = [
  "assessed-plays",
  "assessed-needs-work",
  "assessed-hopeless",
  "claimed",
  "published-kept",
  "published-moved",
  "interrupted",
  "failed",
  "reprocess",
  "changed",
  "gone",
  "restored",
] as const;
export type AssetEvent = (typeof ASSET_EVENTS)[number];

type Row = {
  readonly from: readonly State[];
  readonly event: AssetEvent;
  readonly to: State | "removed";
  readonly outcome?: Outcome;
  readonly label: string;
};

export const TRANSITIONS: readonly Row[] = [
  {
    from: ["New"],
    event: "assessed-plays",
    to: "Completed",
    outcome: "direct-play",
    label: "plays as it is",
  },
  { from: ["New"], event: "assessed-needs-work", to: "Queued", label: "needs work" },
  { from: ["New"], event: "assessed-hopeless", to: "Failed", label: "unreadable or hopeless" },
  { from: ["Queued"], event: "claimed", to: "Processing", label: "claimed" },
  {
    from: ["Processing"],
    event: "published-kept",
    to: "Completed",
    outcome: "converted",
    label: "published, original kept",
  },
  {
    from: ["Processing"],
    event: "published-moved",
    to: "Archived",
    outcome: "converted",
    label: "published, original archived or deleted",
  },
  { from: ["Processing"], event: "interrupted", to: "Queued", label: "may pass: back-off, restart" },
  { from: ["Processing"], event: "failed", to: "Failed", label: "stays, attempts spent, cancelled" },
  { from: ["Failed", "Completed"], event: "reprocess", to: "Queued", label: "reprocess" },
  {
    from: ["New", "Queued", "Failed", "Completed"],
    event: "changed",
    to: "New",
    label: "content or policy changed",
  },
  {
    from: ["New", "Queued", "Failed", "Completed"],
    event: "gone",
    to: "removed",
    label: "gone from a healthy root",
  },
  { from: ["Archived"], event: "restored", to: "New", label: "original brought back" },
];

export type Transition =
  | { readonly kind: "moved"; readonly to: State; readonly outcome: Outcome | null }
  | { readonly kind: "removed" }
  | { readonly kind: "refused"; readonly message: string };

/** What `event` does to an asset in `state`. Refusal is a value with a sentence for a person. */
export const transition = (state: State, event: AssetEvent): Transition => {
  const row = TRANSITIONS.find((each) => each.event === event && each.from.includes(state));
  if (!row)
    return { kind: "refused", message: `A film that is ${state} cannot be ${event.replaceAll("-", " ")}.` };
  if (row.to === "removed") return { kind: "removed" };
  return { kind: "moved", to: row.to, outcome: row.outcome ?? null };
};

/** Seconds to wait before attempt `attempt` + 1: 30 s, doubling, at most an hour. */
export const retryDelaySeconds = (attempt: number): number =>
  Math.min(3600, 30 * 2 ** Math.max(0, attempt - 1));

/** `availableAt` (epoch ms, the end of the year 9999) of a film a person brought back or keeps: it waits for that person. */
export const HELD_UNTIL = 253_402_300_799_000;

type Content = { readonly fingerprint: string | null; readonly keptFingerprint: string | null };

/** What is written down for a film that a person keeps as it is: its content, which is "" where it could not be read. */
export const keptContent = ({ fingerprint }: Pick<Content, "fingerprint">): string => fingerprint ?? "";

/** Whether a person keeps the film as it is: nothing converts it until a person asks, as long as its content is the same. */
export const isKept = (film: Content): boolean => film.keptFingerprint === keptContent(film);

/** Every legal change of the `state` column, `from>to`; staying is always legal. */
export const legalChanges = (): readonly string[] => [
  ...new Set(
    TRANSITIONS.flatMap((row) => (row.to === "removed" ? [] : row.from.map((from) => `${from}>${row.to}`))),
  ),
];

/** The SQL trigger of the first migration, made from the table (a test compares the two). */
export const lifecycleTriggerSql = (): string =>
  `CREATE TRIGGER assets_state_is_legal BEFORE UPDATE OF state ON assets
WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN (
${legalChanges()
  .map((change) => `  '${change}'`)
  .join(",\n")}
)
BEGIN
  SELECT RAISE(ABORT, 'illegal state change');
END;`;

/** The state diagram of the docs, as Mermaid text (a test compares the two). */
export const lifecycleDiagram = (): string =>
  [
    "stateDiagram-v2",
    "  [*] --> New: found",
    ...TRANSITIONS.flatMap((row) =>
      row.from.map((from) => `  ${from} --> ${row.to === "removed" ? "[*]" : row.to}: ${row.label}`),
    ),
  ].join("\n");
