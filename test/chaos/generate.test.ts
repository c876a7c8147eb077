import { crashPoints } from '../../activities/deps';
import { aims } from './aim';
import { scheduleOf } from './generate';
import { faultKinds, phases, targets, turnNames, twistNames } from './schedule';
import type { Turn } from './schedule';
import { turnsBetween } from './turns';

/** Checks that several hundred seeds together have every disturbance that the search claims to play. */

const schedules = Array.from({ length: 600 }, (_, index) => scheduleOf(index + 1));
const runs = schedules.flatMap(({ rounds }) => rounds.flatMap((round) => round.runs));
const events = runs.flatMap((run) => run.events.map(({ what }) => what));
const edits = [
  ...schedules.flatMap(({ rounds }) => rounds.flatMap((round) => round.edits)),
  ...events.flatMap((what) => (what.kind === 'edits' ? what.edits : [])),
];
const sorted = (items: readonly string[]): readonly string[] => [...new Set(items)].toSorted();

test('every kind of fault comes, and every call is met', () => {
  const faults = runs.flatMap((run) => run.faults);
  expect(sorted(faults.map(({ kind }) => kind))).toEqual(sorted(faultKinds));
  expect(sorted(faults.map(({ target }) => target))).toEqual(sorted(targets));
});

test('people do on either side what they can do there', () => {
  expect(sorted(edits.map((edit) => `${edit.kind} ${edit.kind === 'restore' ? 'hubspot' : edit.side}`))).toEqual(
    sorted([
      'restore hubspot',
      ...['set', 'note', 'create', 'delete', 'merge'].flatMap((kind) => [`${kind} officernd`, `${kind} hubspot`]),
    ]),
  );
});

test('workers are killed, both servers restart gently and hard, clocks jump, runs are cancelled, the configuration changes', () => {
  const names = events.map((what) => (what.kind === 'restart' ? `${what.server} ${what.hard ? 'killed' : 'restarted'}` : what.kind));
  expect(sorted(names)).toEqual(
    sorted([
      'edits',
      'kill',
      'cancel',
      'ask',
      'pause',
      'configure',
      'clock',
      'fault',
      'twist',
      'ripen',
      ...['temporal', 'mongodb'].flatMap((server) => [`${server} killed`, `${server} restarted`]),
    ]),
  );
  expect(sorted(runs.map(({ mode }) => mode))).toEqual(['full', 'incremental', 'preview']);
  expect(sorted(runs.flatMap(({ crashAt }) => crashAt?.split(':')[0] ?? [])).length).toBeGreaterThan(10);
  expect(schedules.some(({ rounds }) => new Set(rounds.map(({ wishes }) => JSON.stringify(wishes))).size > 1)).toBe(true);
});

test('vendors become unlike usual, and what a tenant’s data belong to changes', () => {
  const names = events.flatMap((what) => (what.kind === 'twist' ? what.twist.name : []));
  expect(sorted(names)).toEqual(sorted(twistNames));
  const met = schedules.flatMap(({ rounds }) => [
    ...rounds.flatMap(({ wishes }, index) => turnsBetween(rounds[index - 1]?.wishes ?? wishes, wishes)),
    ...rounds.flatMap(({ removed }): Turn[] => (removed ? ['removed and applied again'] : [])),
  ]);
  expect(sorted(met)).toEqual(sorted(turnNames));
});

test('every fault, happening and crash point is aimed at, and each in the phase that is meant', () => {
  const turn = schedules.slice(0, aims.length);
  const events = turn.flatMap(({ rounds }) => rounds.flatMap((round) => round.runs.flatMap((run) => run.events)));
  const met = events.flatMap(({ inPhase, what }) => {
    if (inPhase === null) return [];
    const name =
      what.kind === 'fault'
        ? what.fault.kind
        : what.kind === 'restart'
          ? `${what.server} ${what.hard}`
          : what.kind === 'twist'
            ? what.twist.name
            : what.kind;
    return [`${name} in ${inPhase}`];
  });
  for (const phase of phases) {
    for (const name of [
      'timed out',
      'truncated body',
      'web page 403',
      'another JSON',
      'empty body',
      'kill',
      'cancel',
      'temporal true',
      'temporal false',
      'mongodb true',
      'mongodb false',
    ])
      expect(met).toContain(`${name} in ${phase}`);
  }
  for (const phase of phases) expect(met).toContain(`HubSpot leaves a property out in ${phase}`);
  for (const cell of ['repeated cursor in observe', 'empty page with a next one in observe', 'late effect in update'])
    expect(met).toContain(cell);
  const points = turn.flatMap(({ rounds }) => rounds.flatMap((round) => round.runs.flatMap(({ crashAt }) => crashAt ?? [])));
  expect(crashPoints.filter((point) => !points.includes(point))).toEqual([]);
});

test('worlds without an entity have no records of it and no edits of them', () => {
  for (const { entities, pairs, rounds } of schedules) {
    const edited = rounds.flatMap((round) => [
      ...round.edits,
      ...round.runs.flatMap((run) => run.events.flatMap(({ what }) => (what.kind === 'edits' ? what.edits : []))),
    ]);
    expect([...pairs, ...edited].filter(({ entity }) => !entities.includes(entity))).toEqual([]);
  }
});

test('one seed is always the same schedule', () => {
  expect(scheduleOf(7)).toEqual(scheduleOf(7));
  expect(scheduleOf(7)).not.toEqual(scheduleOf(8));
});
