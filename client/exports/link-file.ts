import { z } from 'zod';
import { ConfigurationError } from '../../config/configuration-error';
import type { ConfigurationProblem } from '../../config/configuration-error';
import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { readCsv, underTitles } from './csv';

/** A link of a file from another tool. */
export interface FileLink {
  /** The number of its line, from 1. */
  readonly line: number;
  readonly entity: Entity;
  readonly officerndId: string;
  readonly hubspotId: string;
}

const columns = ['entity', 'officerndId', 'hubspotId'] as const;

const linkSchema = z.object({
  entity: z.enum(entities, `entity must be ${entities.join(', ')}`),
  officerndId: z.string('officerndId is missing').regex(/^[0-9a-f]{24}$/, 'officerndId must be an OfficeRnD id: 24 hexadecimal digits'),
  hubspotId: z
    .union([z.string(), z.number().transform(String)], 'hubspotId is missing')
    .pipe(z.string().regex(/^[1-9]\d{0,19}$/, 'hubspotId must be a HubSpot id: digits alone')),
});

interface Line {
  readonly line: number;
  readonly content: unknown;
}

/**
 * Reads links from CSV with a line of names, or from one JSON object a line. Ended links of an export of this program are left out. One bad
 * line refuses the whole file: throws a `ConfigurationError` that names each by its number.
 * @param source the name of the file, for the error
 * @param configured the entities that the tenant keeps in step
 */
export function readLinkFile(text: string, source: string, configured: readonly Entity[]): readonly FileLink[] {
  const { lines, problems } = linesOf(text);
  const links: FileLink[] = [];
  const wrong: ConfigurationProblem[] = [...problems];
  for (const { line, content } of lines) {
    if (isEnded(content)) continue;
    const { data, error } = linkSchema.safeParse(content);
    if (data === undefined) wrong.push(problemIn(line, error?.issues[0]?.message ?? 'it can’t be read'));
    else if (!configured.includes(data.entity)) wrong.push(problemIn(line, `${data.entity} is not kept in step`));
    else links.push({ line, ...data });
  }
  wrong.push(...contradictions(links));
  if (wrong.length > 0) throw new ConfigurationError(wrong, source);
  return withoutRepeats(links);
}

const problemIn = (line: number, message: string): ConfigurationProblem => ({ setting: `line ${line}`, message });

const isEnded = (content: unknown): boolean =>
  typeof content === 'object' && content !== null && 'state' in content && content.state === 'retired';

function linesOf(text: string): { readonly lines: readonly Line[]; readonly problems: readonly ConfigurationProblem[] } {
  const plain = text.replace(/^\uFEFF/, '');
  return plain.trimStart().startsWith('{') ? jsonLines(plain) : csvLines(plain);
}

function jsonLines(text: string): ReturnType<typeof linesOf> {
  const lines: Line[] = [];
  const problems: ConfigurationProblem[] = [];
  for (const [index, one] of text.split('\n').entries()) {
    if (one.trim() === '') continue;
    try {
      lines.push({ line: index + 1, content: JSON.parse(one) });
    } catch {
      problems.push(problemIn(index + 1, 'it is not JSON'));
    }
  }
  return { lines, problems };
}

function csvLines(text: string): ReturnType<typeof linesOf> {
  const read = readCsv(text);
  if ('badLine' in read) return { lines: [], problems: [problemIn(read.badLine, 'it is not CSV: look at its quotes')] };
  const { titles, rows } = underTitles(read.rows);
  const missing = rows.length === 0 ? [] : columns.filter((name) => !titles.includes(name));
  return missing.length > 0
    ? { lines: [], problems: [problemIn(1, `it names no column ${missing.join(', ')}`)] }
    : { lines: rows.map(({ line, record }) => ({ line, content: withoutBlanks(record) })), problems: [] };
}

/** A cell that is not there is missing, rather than wrong. */
const withoutBlanks = (record: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(record).filter(([, text]) => text !== ''));

/** L13: a record may have one link. Which of two lines is right, the file doesn't say. */
function contradictions(links: readonly FileLink[]): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  for (const [mine, others] of [
    ['officerndId', 'hubspotId'],
    ['hubspotId', 'officerndId'],
  ] as const) {
    const first = new Map<string, FileLink>();
    for (const link of links) {
      const key = `${link.entity}/${link[mine]}`;
      const before = first.get(key);
      if (before === undefined) first.set(key, link);
      else if (before[others] !== link[others])
        problems.push(problemIn(link.line, `it links the record of line ${before.line} to another one`));
    }
  }
  return problems;
}

const withoutRepeats = (links: readonly FileLink[]): readonly FileLink[] =>
  [...new Map(links.toReversed().map((link) => [`${link.entity}/${link.officerndId}`, link])).values()].toReversed();
