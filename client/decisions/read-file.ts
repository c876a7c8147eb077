import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { DecisionRefusedError, unusable } from './refused';
import type { DecisionProblem } from './refused';
import type { LinedWish } from './take-down';
import { sayOf } from './wish';

/**
 * Reads decisions from a file: an export of reviews in which a person has filled in the column `decision`. Rows without a decision are left
 * out. Throws `DecisionRefusedError` with every line that can't be used.
 *
 * | column | holds |
 * |---|---|
 * | `review` | the review's id or short name, or `ENTITY/ID` |
 * | `decision` | `link OFFICERND HUBSPOT`, `link`, `keep-apart`, `create`, `ignore` or `unlink` |
 * | `prefer` | `hubspot`, or nothing |
 * | `note` | why, or nothing |
 */
export function readDecisions(content: string, name: string): readonly LinedWish[] {
  const problems: DecisionProblem[] = [];
  const rows = name.toLowerCase().endsWith('.json') ? jsonRows(content) : csvRows(content);
  const wishes = rows.flatMap(({ line, row }): readonly LinedWish[] => {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      problems.push({ line, message: issue === undefined ? 'can’t be read' : `${issue.path.join('.')}: ${issue.message}` });
      return [];
    }
    const { review, decision, prefer, note } = parsed.data;
    if (decision === '') return [];
    const read = sayOf(decision.split(/[\s,;+]+/));
    if ('problem' in read) {
      problems.push({ line, message: read.problem });
      return [];
    }
    return [{ line, about: review, ...read.value, prefer: prefer === '' ? null : prefer, note: note === '' ? null : note }];
  });
  if (problems.length > 0) throw unusable(problems);
  return wishes;
}

/** A text of an export: the sign that keeps a spreadsheet from calculating is not part of it. */
const cell = z
  .string()
  .nullish()
  .transform((text) => (text ?? '').trim().replace(/^'/, ''));

const rowSchema = z.looseObject({
  review: cell.pipe(z.string().min(1, 'names no review')),
  decision: cell,
  prefer: cell.pipe(z.enum(['', 'hubspot'], 'is "hubspot" or nothing')),
  note: cell,
});

interface Row {
  readonly line: number;
  readonly row: unknown;
}

const csvRow = z.object({ info: z.object({ lines: z.number() }), record: z.record(z.string(), z.string().optional()) });

function csvRows(content: string): readonly Row[] {
  try {
    const parsed: unknown = parse(content, {
      bom: true,
      columns: (header: readonly string[]) => header.map((title) => title.trim()),
      delimiter: [',', ';', '\t'],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    const rows = z.array(csvRow).parse(parsed);
    const [first] = rows;
    if (first !== undefined && !('decision' in first.record && 'review' in first.record)) throw noColumns();
    return rows.map(({ info, record }) => ({ line: info.lines, row: record }));
  } catch (error) {
    if (error instanceof DecisionRefusedError) throw error;
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
    throw unusable([{ line, message: 'is no CSV; look for a quotation mark that is not closed' }]);
  }
}

function jsonRows(content: string): readonly Row[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    throw unusable([{ line: 1, message: 'is no JSON; a list of objects with "review" and "decision" is' }]);
  }
  if (!Array.isArray(parsed)) throw unusable([{ line: 1, message: 'is no list; a list of objects with "review" and "decision" is' }]);
  return parsed.map((row: unknown, index) => ({ line: index + 1, row }));
}

const noColumns = (): DecisionRefusedError =>
  unusable([{ line: 1, message: 'lacks the columns "review" and "decision"; "orsync export T reviews" makes such a file' }]);
