import type { ChildProcess } from 'node:child_process';
import { createSharedStage, createStage } from '../support/stage';
import type { Stage } from '../support/stage';
import type { CliResult } from '../support/run-cli';
import type { Case, Step } from './case';
import type { Played } from './played';
import { sides } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import { checkExpectation } from './expect';
import { runFor } from './run-for';

/**
 * Plays a case on emulators of its own, with real Temporal and MongoDB and the command line, and compares at each `expect`.
 * @param servers the addresses of unusual servers; then the case says when a worker runs
 * @returns what was not as expected, a sentence each; nothing for a case that holds
 */
export async function playCase(
  name: string,
  { world, settings, tenant: given, steps }: Case,
  servers?: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const stage = servers === undefined ? await createSharedStage() : await createStage(`case-${name.toLowerCase()}`, servers);
  const tenant = `case-${name.toLowerCase().slice(0, 20)}`;
  const left: ChildProcess[] = [];
  try {
    await stage.putWorld(world);
    for (const side of sides) if (settings?.[side] !== undefined) await stage.admin(side, 'PUT', '/settings', settings[side]);
    return await playSteps(stage, tenant, { world, given: given ?? {}, steps, left });
  } finally {
    for (const child of left) child.kill('SIGKILL');
    await stage.stop();
  }
}

interface Play {
  readonly world: Case['world'];
  readonly given: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  /** Workers that are still at work. */
  readonly left: ChildProcess[];
}

async function playSteps(stage: Stage, tenant: string, { world, given, steps, left }: Play): Promise<readonly string[]> {
  let file: Record<string, unknown> = { ...plainFile(stage, tenant, world), ...given };
  const other = `${tenant}-other`;
  const apply = async (content: Record<string, unknown>, flags: readonly string[] = []): Promise<Played> => {
    const before = await countsOf(stage);
    const path = stage.writeFile(`${String(content['tenant'])}.json`, content);
    const result = await stage.cli('tenant', 'apply', path, ...flags);
    return { stage, tenant, command: 'apply', result: shown(result), before };
  };
  const problems: string[] = [];
  let played = await apply(file);
  let isExpected = false;
  for (const [index, step] of steps.entries()) {
    const where = `step ${index + 1}`;
    if (!('expect' in step) && !isExpected) problems.push(...unexpectedEnd(played, where));
    if ('expect' in step) {
      isExpected = true;
      problems.push(...(await checkExpectation(played, step.expect)).map((problem) => `${where}: ${problem}`));
      continue;
    }
    if ('edit' in step) await forSides(step.edit, (side, edits) => stage.edit(side, edits));
    else if ('faults' in step) await forSides(step.faults, (side, faults) => stage.admin(side, 'POST', '/faults', faults));
    else if ('clock' in step) await forSides(step.clock, (side, advanceMs) => stage.admin(side, 'POST', '/clock', { advanceMs }));
    else if ('replace' in step) await forSides(step.replace, (side, half) => stage.admin(side, 'PUT', '/world', half));
    else if ('clearFaults' in step) for (const side of sides) await stage.admin(side, 'DELETE', '/faults');
    else if ('worker' in step) {
      // A worker that has ended leaves nothing to play.
      if (played.command === 'worker' && played.result.code !== 'running') return problems;
      isExpected = false;
      played = await worker(stage, tenant, { ...step, left });
    } else {
      if (played.command === 'worker' && played.result.code !== 'running') return problems;
      isExpected = false;
      if ('sync' in step) played = await sync(stage, tenant, step);
      else if ('orsync' in step) played = await command(stage, tenant, named(step.orsync, { tenant, other, file: `${tenant}.json` }));
      else if ('patch' in step) {
        file = {
          ...file,
          ...Object.fromEntries(Object.entries(step.patch).map(([key, more]) => [key, { ...asObject(file[key]), ...more }])),
        };
        played = await apply(file, step.flags);
      } else if (step.as === 'other') played = await apply({ ...file, ...step.tenant, tenant: other }, step.flags);
      else {
        file = { ...file, ...step.tenant };
        played = await apply(file, step.flags);
      }
    }
  }
  return problems;
}

/** A sync or an apply that no `expect` follows has to end well. */
function unexpectedEnd({ command: last, result }: Played, where: string): readonly string[] {
  if (last === 'other' || last === 'worker' || result.code === 0 || result.code === 'waiting') return [];
  return [`before ${where}: the command ended with ${result.code}: ${result.text.slice(0, 500)}`];
}

function plainFile(stage: Stage, tenant: string, world: Case['world']): Record<string, unknown> {
  const file = stage.tenantFile(tenant, { timeZone: 'Europe/London' });
  return { ...file, hubspot: { ...asObject(file['hubspot']), portalId: world.hubspot['portalId'] ?? stage.hubspot.portalId } };
}

async function sync(
  stage: Stage,
  tenant: string,
  { sync: mode, limitS }: { readonly sync: string; readonly limitS?: number | undefined },
): Promise<Played> {
  const before = await countsOf(stage);
  const words = ['sync', tenant, '--mode', mode, '--wait', '--json'];
  const result = limitS === undefined ? shown(await stage.cli(...words)) : await runFor(words, stage.env, limitS * 1000);
  const status = await stage.cli('status', tenant);
  return { stage, tenant, command: 'sync', result: { ...result, text: `${result.text}\n${status.stdout}\n${status.stderr}` }, before };
}

/** How long a worker is watched where the case does not say it. */
const WORKER_S = 20;

/** A worker that has not ended serves the steps that follow. */
async function worker(
  stage: Stage,
  tenant: string,
  { limitS = WORKER_S, left }: { readonly limitS?: number | undefined; readonly left: ChildProcess[] },
): Promise<Played> {
  const before = await countsOf(stage);
  const { code, ...said } = await runFor(['worker'], stage.env, limitS * 1000, (child) => left.push(child));
  return { stage, tenant, command: 'worker', result: { ...said, code: code === 'waiting' ? 'running' : code }, before };
}

async function command(stage: Stage, tenant: string, words: readonly string[]): Promise<Played> {
  const before = await countsOf(stage);
  return { stage, tenant, command: words[0] === 'sync' ? 'sync' : 'other', result: shown(await stage.cli(...words)), before };
}

const named = (
  words: readonly string[],
  names: { readonly tenant: string; readonly other: string; readonly file: string },
): readonly string[] =>
  words.map((word) => (word === 'T' ? names.tenant : word === 'OTHER' ? names.other : word === 'FILE' ? names.file : word));

const shown = ({ code, stdout, stderr }: CliResult): Played['result'] => ({ code: code ?? 1, text: `${stdout}\n${stderr}`, stdout });

async function countsOf(stage: Stage): Promise<Readonly<Record<Side, number>>> {
  const [officernd, hubspot] = await Promise.all(sides.map(async (side) => (await stage.requests(side)).total));
  return { officernd: officernd ?? 0, hubspot: hubspot ?? 0 };
}

async function forSides<T>(
  given: { readonly [side in Side]?: T | undefined },
  task: (side: Side, value: T) => Promise<unknown>,
): Promise<void> {
  for (const side of sides) {
    const value = given[side];
    if (value !== undefined) await task(side, value);
  }
}

const asObject = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {});
