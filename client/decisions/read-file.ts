import { z } from 'zod';
import { readCsv, underTitles } from '../exports/csv';
import { unusable } from './refused';
import type { DecisionProblem, DecisionRefusedError } from './refused';
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

const cell = z
  .string()
  .nullish()
  .transform((text) => (text ?? '').trim());

/** A word, which may have got the sign that makes it a text in a spreadsheet. */
const word = cell.transform((text) => text.replace(/^'/, ''));

const rowSchema = z.looseObject({
  review: word.pipe(z.string().min(1, 'names no review')),
  decision: word,
  prefer: word.pipe(z.enum(['', 'hubspot'], 'is "hubspot" or nothing')),
  note: cell,
});

interface Row {
  readonly line: number;
  readonly row: unknown;
}

function csvRows(content: string): readonly Row[] {
  const read = readCsv(content);
  if ('badLine' in read) throw unusable([{ line: read.badLine, message: 'is no CSV; look for a quotation mark that is not closed' }]);
  const { titles, rows } = underTitles(read.rows);
  if (rows.length > 0 && !(titles.includes('decision') && titles.includes('review'))) throw noColumns();
  return rows.map(({ line, record }) => ({ line, row: record }));
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
