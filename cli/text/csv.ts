/** A file of values with commas between them (RFC 4180). */
export const csvText = (rows: readonly (readonly string[])[]): string => rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');

/**
 * One cell. A spreadsheet takes a text that begins with one of these characters for a formula, which may send data away or start a program.
 * An apostrophe before it makes it a text.
 */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
