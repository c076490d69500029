/** What the operating system says of a file, as a Problem. */
import { Problem, type ProblemCode } from "../core/problem.ts";

/** The code of a failed call, `ENOENT`; empty for any other thing that was thrown. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";

const FILE_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  ENOENT: "file-missing",
  ENOTDIR: "file-missing",
  ENOSPC: "disk-full",
  EDQUOT: "disk-full",
  EACCES: "permission-denied",
  EPERM: "permission-denied",
  EROFS: "permission-denied",
};

/** What the operating system said, as a Problem; what it did not say stays as it is. */
export const toFileProblem = (thrown: unknown, path: string): unknown => {
  if (thrown instanceof Problem || codeOf(thrown) === "") return thrown;
  return new Problem(FILE_PROBLEMS[codeOf(thrown)] ?? "io-error", `${path}: ${codeOf(thrown)}`, thrown);
};
