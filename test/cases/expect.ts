import { z } from 'zod';
import type { Expectation, ExpectedValue, Range } from './case';
import { sides } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import { isAsExpected, isRecord, isWithin, valueAt } from './compare';
import type { Played } from './played';

/** Compares what was played with what is expected now: a sentence for each difference. */
export async function checkExpectation(played: Played, expected: Expectation): Promise<readonly string[]> {
  return [
    ...checkEnd(played, expected),
    ...checkReport(played, expected),
    ...checkWords(played, expected),
    ...(await checkRequests(played, expected)),
    ...(await checkWorld(played, expected)),
  ];
}

function checkEnd({ command, result }: Played, { exit, state }: Expectation): readonly string[] {
  const problems: string[] = [];
  if (exit !== undefined && !exit.includes(result.code))
    problems.push(`exit ${result.code}, not ${exit.join(' or ')}: ${shortened(result.text)}`);
  const seen = reportOf(result.stdout)?.['state'];
  if (state !== undefined && !state.some((one) => one === seen))
    problems.push(`state ${String(seen)}, not ${state.join(' or ')}: ${shortened(result.text)}`);
  if (exit === undefined && state === undefined && command !== 'other' && command !== 'worker' && result.code !== 0)
    problems.push(`exit ${result.code}, not 0: ${shortened(result.text)}`);
  return problems;
}

const shortened = (text: string): string => text.trim().slice(0, 600);

function reportOf(stdout: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(stdout);
    return isRecord(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function checkReport({ result }: Played, { report }: Expectation): readonly string[] {
  if (report === undefined) return [];
  const printed = reportOf(result.stdout);
  return Object.entries(report).flatMap(([path, expected]) => {
    const seen = printed === null ? undefined : valueAt(printed, path);
    const isRight =
      typeof expected === 'object' && expected !== null ? typeof seen === 'number' && isWithin(seen, expected) : seen === expected;
    return isRight ? [] : [`report ${path} is ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`];
  });
}

function checkWords({ result, tenant }: Played, { says, saysNot }: Expectation): readonly string[] {
  const pattern = (text: string): RegExp => new RegExp(text.replaceAll('<tenant>', tenant), 'iu');
  return [
    ...(says ?? []).filter((one) => !pattern(one).test(result.text)).map((one) => `does not say ${one}: ${shortened(result.text)}`),
    ...(saysNot ?? []).filter((one) => pattern(one).test(result.text)).map((one) => `says ${one}: ${shortened(result.text)}`),
  ];
}

const logSchema = z.object({ log: z.array(z.object({ method: z.string(), route: z.string() })) });

/** Token and introspection calls, searches and batch reads are posted, but write nothing. */
const isWrite = ({ method, route }: { readonly method: string; readonly route: string }): boolean =>
  method !== 'GET' && !/\/search$|\/batch\/read$|oauth|access-token-info/.test(route);

async function checkRequests({ stage, before }: Played, { writes, calls }: Expectation): Promise<readonly string[]> {
  if (writes === undefined && calls === undefined) return [];
  const logs = await Promise.all(
    sides.map(async (side) => {
      const { log } = logSchema.parse(await stage.admin(side, 'GET', '/requests?log=1'));
      return [side, log.slice(before[side])] as const;
    }),
  );
  const check = (
    what: string,
    expected: Expectation['writes'],
    counts: (request: { method: string; route: string }) => boolean,
  ): readonly string[] => {
    if (expected === undefined) return [];
    const bySide = new Map(logs.map(([side, log]) => [side, log.filter(counts)]));
    const differs = (name: string, seen: readonly { method: string; route: string }[], range: Range): readonly string[] =>
      isWithin(seen.length, range)
        ? []
        : [
            `${seen.length} ${what} ${name}, not ${JSON.stringify(range)}: ${seen
              .slice(0, 12)
              .map(({ route }) => route)
              .join(', ')}`,
          ];
    if ('all' in expected) return differs('in all', [...bySide.values()].flat(), expected.all);
    return sides.flatMap((side) => {
      const range = expected[side];
      return range === undefined ? [] : differs(`of ${side}`, bySide.get(side) ?? [], range);
    });
  };
  return [...check('writes', writes, isWrite), ...check('calls', calls, () => true)];
}

async function checkWorld({ stage }: Played, { officernd, hubspot, count }: Expectation): Promise<readonly string[]> {
  if (officernd === undefined && hubspot === undefined && count === undefined) return [];
  const world = z.record(z.string(), z.record(z.string(), z.unknown())).parse(await stage.world());
  const rows = (side: Side, table: string): readonly Record<string, unknown>[] => {
    const records = world[side]?.[table];
    return Array.isArray(records) ? records.filter(isRecord).filter(({ archived }) => archived !== true) : [];
  };
  const problems: string[] = [];
  for (const [name, range] of Object.entries(count ?? {})) {
    const [side, table] = name.split('.');
    const seen = side === 'officernd' || side === 'hubspot' ? rows(side, table ?? '').length : -1;
    if (!isWithin(seen, range)) problems.push(`${seen} records in ${name}, not ${JSON.stringify(range)}`);
  }
  for (const [side, tables] of [
    ['officernd', officernd],
    ['hubspot', hubspot],
  ] as const) {
    for (const [table, records] of Object.entries(tables ?? {}))
      for (const [name, fields] of Object.entries(records))
        problems.push(...checkRecord(side, `${side} ${table} ${name}`, findRecord(side, rows(side, table), name), fields));
  }
  return problems;
}

/** A record's fields as a case names them: HubSpot's are its properties. */
const fieldsOf = (side: Side, record: Record<string, unknown>): Record<string, unknown> =>
  side === 'hubspot' && isRecord(record['properties']) ? record['properties'] : record;

function findRecord(side: Side, records: readonly Record<string, unknown>[], name: string): Record<string, unknown> | undefined {
  const [field, ...value] = name.split('=');
  if (value.length === 0 || field === undefined) return records.find((record) => record[side === 'hubspot' ? 'id' : '_id'] === name);
  return records.find((record) => valueAt(fieldsOf(side, record), field) === value.join('='));
}

function checkRecord(
  side: Side,
  what: string,
  record: Record<string, unknown> | undefined,
  expected: Readonly<Record<string, ExpectedValue>> | null,
): readonly string[] {
  if (expected === null) return record === undefined ? [] : [`${what} is there`];
  if (record === undefined) return [`${what} is not there`];
  return Object.entries(expected).flatMap(([path, value]) => {
    const seen = valueAt(fieldsOf(side, record), path);
    return isAsExpected(seen, value) ? [] : [`${what}: ${path} is ${JSON.stringify(seen)}, not ${JSON.stringify(value)}`];
  });
}
