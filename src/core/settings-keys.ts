/** Which keys a schema knows, and which of them a mistyped one was meant to be. */
import { z } from "zod";

/** The keys the schema knows at a path; records are entered by any key. */
export const knownKeysAt = (schema: unknown, path: readonly string[]): readonly string[] => {
  let here: unknown = schema;
  for (const key of [...path, null]) {
    while (
      here instanceof z.ZodPrefault ||
      here instanceof z.ZodDefault ||
      here instanceof z.ZodNullable ||
      here instanceof z.ZodOptional ||
      here instanceof z.ZodPipe
    )
      here = here instanceof z.ZodPipe ? here.def.in : here.def.innerType;
    if (key === null) break;
    here =
      here instanceof z.ZodObject ? here.shape[key] : here instanceof z.ZodRecord ? here.valueType : null;
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
};

/** The known key that a mistyped one most likely is; null when none is near. */
export const nearestKey = (key: string, known: readonly string[]): string | null => {
  const ranked = known
    .map((each) => ({ each, distance: editDistance(key.toLowerCase(), each) }))
    .sort((left, right) => left.distance - right.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, Math.floor(key.length / 3)) ? best.each : null;
};

/** Levenshtein distance of two short words. */
const editDistance = (left: string, right: string): number => {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++)
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1),
        ),
      );
    previous = current;
  }
  return previous[right.length] ?? 0;
};
