export const RETRIES = ["no", "backoff", "wait"] as const;

/** What is said of a kind of problem. */
export type ProblemRow = {
  readonly http: number;
  readonly exit: 1 | 2 | 3 | 130;
  readonly retry: (typeof RETRIES)[number];
  readonly title: string;
  readonly hint: string;
};

export const row = (
  title: string,
  hint: string,
  { http = 500, exit = 1, retry = "no" }: Partial<Pick<ProblemRow, "http" | "exit" | "retry">> = {},
): ProblemRow => ({ http, exit, retry, title, hint });
