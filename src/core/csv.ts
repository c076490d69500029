/** Comma-separated values (RFC 4180) that a spreadsheet shows and never runs. */
import { visibleText } from "./human-text.ts";

/** What makes a cell a formula in Excel, LibreOffice or Google Sheets, full-width forms too. */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;

/** One cell: always quoted; a text that a spreadsheet would take for a formula is led by an apostrophe. */
const cell = (value: string | number | null): string => {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = visibleText(value);
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};

/** One line with its end. */
export const csvLine = (values: readonly (string | number | null)[]): string =>
  `${values.map(cell).join(",")}\r\n`;
