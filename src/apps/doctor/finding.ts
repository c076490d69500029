/** One thing that the doctor looked at. */
export type Finding = {
  readonly check: string;
  /** `note`: works without it. */
  readonly state: "ok" | "note" | "bad";
  readonly detail: string;
  readonly mend: string;
};
