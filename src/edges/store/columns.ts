/** Values of a SQLite row as what they are; STRICT tables and CHECKs make any other thing a broken database. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { Problem } from "../../core/problem.ts";
import type { Row } from "./database.ts";

const INFLATED_MAX_BYTES = 64 * 1024 * 1024;

const broken = (column: string): Problem =>
  new Problem("database-damaged", `There is an unexpected value in ${column}.`);

export const textOf = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value !== "string") throw broken(column);
  return value;
};

export const numberOf = (row: Row, column: string): number => {
  const value = row[column];
  if (typeof value !== "number") throw broken(column);
  return value;
};

export const textOrNull = (row: Row, column: string): string | null =>
  row[column] === null ? null : textOf(row, column);

export const numberOrNull = (row: Row, column: string): number | null =>
  row[column] === null ? null : numberOf(row, column);

/** A word of a vocabulary, which a CHECK guards. */
export const wordOf = <T extends string>(row: Row, column: string, words: readonly T[]): T => {
  const value = textOf(row, column);
  const word = words.find((each) => each === value);
  if (word === undefined) throw broken(column);
  return word;
};

export const wordOrNull = <T extends string>(row: Row, column: string, words: readonly T[]): T | null =>
  row[column] === null ? null : wordOf(row, column, words);

export const jsonOf = (row: Row, column: string): unknown => JSON.parse(textOf(row, column));

export const textsOf = (row: Row, column: string): readonly string[] => {
  const value = jsonOf(row, column);
  if (!Array.isArray(value)) throw broken(column);
  return value.map(String);
};

export const numbersOf = (row: Row, column: string): readonly number[] => {
  const value = jsonOf(row, column);
  if (!Array.isArray(value)) throw broken(column);
  return value.map(Number);
};

/** JSON as deflated bytes and back. */
export const packJson = (value: unknown): Uint8Array => deflateRawSync(JSON.stringify(value ?? null));

export const unpackJson = (row: Row, column: string): unknown => {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw broken(column);
  return JSON.parse(inflateRawSync(value, { maxOutputLength: INFLATED_MAX_BYTES }).toString("utf8"));
};
