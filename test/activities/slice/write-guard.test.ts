import { createWriteGuard } from '../../../activities/slice/write-guard';
import { PROGRAM_VERSION } from '../../../activities/program-version';
import type { OfficerndRecord } from '../../../connectors/officernd/connector';
import type { JsonValue } from '../../../domain/json';
import type { Canary } from '../../../store/canaries';

/** S1, S2: whether writing goes on, by what OfficeRnD made of the writes. */

type Body = Readonly<Record<string, JsonValue>>;

function world({ mappingHash = 'm1', now = '2026-03-01' } = {}) {
  const facts: Record<string, JsonValue> = {};
  const records = new Map<string, Body>();
  const state: { canary: Canary | null; reads: number; stored: number } = { canary: null, reads: 0, stored: 0 };
  const guardFor = (run = 'run-1', more: { mappingHash?: string; now?: string } = {}) =>
    createWriteGuard({
      store: {
        canaries: {
          of: async () => state.canary,
          put: async (_entity, canary) => {
            state.stored += 1;
            state.canary = canary;
          },
        },
        runs: {
          facts: async () => facts,
          setFact: async (_run, name, value) => {
            facts[name] = value;
          },
          raiseFact: async () => undefined,
        },
      },
      run: { id: run, mode: 'full', mappingHash: more.mappingHash ?? mappingHash },
      input: { entity: 'member' },
      officernd: {
        readOne: async (_resource, id) => {
          state.reads += 1;
          const body = records.get(id);
          return body === undefined ? null : { id, body };
        },
      },
      signal: new AbortController().signal,
      now: () => new Date(more.now ?? now),
      fields: [],
      context: { timeZone: 'UTC', statuses: { statusByStage: {}, stageByStatus: {} } },
    });
  const resume = (at = now): void => {
    facts['resumed-at'] = new Date(at).toISOString();
  };
  /** A write of a phone, and what the record holds after it. */
  const written = (id: string, effect: Body = {}) => {
    const before: OfficerndRecord = { id, body: { name: id, description: 'kept', modifiedAt: '1' } };
    const after: OfficerndRecord = { id, body: { ...before.body, phone: '1', modifiedAt: '2', ...effect } };
    records.set(id, after.body);
    return { before, body: { phone: '1' }, after };
  };
  return { guardFor, written, resume, state, facts, records };
}

const erased = { description: '' };

test('S2 the first write is read once more, and then writing is proven for this configuration', async () => {
  const { guardFor, written, state } = world();
  const guard = guardFor();
  expect(await guard.isProven()).toBe(false);
  await guard.check([written('1')]);
  expect(state.reads).toBe(1);
  expect(await guard.isProven()).toBe(true);
  await guard.check([written('2'), written('3')]);
  expect(state).toMatchObject({ reads: 1, stored: 1 });
  expect(await guardFor('run-2').isProven()).toBe(true);
});

test('S2 another configuration, another version and seven days each ask for another first write', async () => {
  const { guardFor, written, state } = world();
  await guardFor().check([written('1')]);
  expect(await guardFor('run-2', { mappingHash: 'm2' }).isProven()).toBe(false);
  expect(await guardFor('run-2', { now: '2026-03-07T23:00:00Z' }).isProven()).toBe(true);
  expect(await guardFor('run-2', { now: '2026-03-08T00:00:00Z' }).isProven()).toBe(false);
  const { canary } = state;
  if (canary?.proof === undefined || canary.proof === null) throw new Error('Nothing was proven.');
  expect(canary.proof.version).toBe(PROGRAM_VERSION);
  state.canary = { ...canary, proof: { ...canary.proof, version: '0.0.0' } };
  expect(await guardFor('run-2').isProven()).toBe(false);
});

test('S2 a first write that changes something else blocks the run and names the field; `resume` accepts it', async () => {
  const { guardFor, written, resume, facts } = world();
  await expect(guardFor().check([written('1', erased)])).rejects.toThrow(/first write to OfficeRnD's members, "description"/);
  expect(facts).toEqual({ 'surprise/member/description': ['1'] });
  // Another attempt, or a request that has woken the run: no person has resumed it since.
  resume('2026-02-28');
  await expect(guardFor().isProven()).rejects.toThrow('description');
  resume();
  const resumed = guardFor();
  expect(await resumed.isProven()).toBe(false);
  await resumed.check([written('2', erased)]);
  expect(await resumed.isProven()).toBe(true);
  for (const id of ['3', '4', '5']) await resumed.check([written(id, erased)]);
  expect(facts).toMatchObject({ 'surprise/member/description': ['1', '2', '3', '4', '5'] });
});

test('S2 the next run, which nobody has resumed, is blocked again', async () => {
  const { guardFor, written } = world();
  await expect(guardFor().check([written('1', erased)])).rejects.toThrow('description');
  await expect(guardFor('run-2').check([written('2', erased)])).rejects.toThrow('description');
});

test('S2 a record that does not hold its link id blocks the run, and `resume` does not accept that', async () => {
  const { guardFor, written, resume, records } = world();
  const created = (id: string, properties: Body) => {
    const { after } = written(id, { properties });
    return { before: null, body: { name: id, properties: { hubspot_link_id: '7-1' } }, after };
  };
  await expect(guardFor().check([created('1', {})])).rejects.toThrow(/did not keep "hubspot_link_id" on its members/);
  resume();
  await expect(guardFor().check([created('2', {})])).rejects.toThrow(/hubspot_link_id/);
  // The answer may only repeat what was sent: what the record holds counts.
  const echoed = created('3', { hubspot_link_id: '7-1' });
  records.set('3', { ...echoed.after.body, properties: {} });
  await expect(guardFor().check([echoed])).rejects.toThrow(/hubspot_link_id/);
  const resumed = guardFor();
  await resumed.check([created('4', { hubspot_link_id: '7-1' })]);
  expect(await resumed.isProven()).toBe(true);
});

test('S1 surprises in three records of a run stop the writes; fewer are reported only', async () => {
  const { guardFor, written, resume, facts } = world();
  const guard = guardFor();
  await guard.check([written('1'), written('2', erased), written('3', { location: 'l' })]);
  const later = guardFor();
  await expect(later.check([written('4', erased), written('5', erased)])).rejects.toThrow(
    /"description", "location" was not as it should be in 3 records/,
  );
  expect(facts).toEqual({ 'surprise/member/description': ['2', '4'], 'surprise/member/location': ['3'] });
  resume();
  const resumed = guardFor();
  await resumed.check(['6', '7', '8', '9'].map((id) => written(id, erased)));
});

test('S1 what the answer alone lacks is no surprise, nor what a person has changed since', async () => {
  const { guardFor, written, facts, records, state } = world();
  const guard = guardFor();
  await guard.check([written('1')]);
  const partial = written('2', erased);
  records.set('2', { ...partial.after.body, description: 'kept' });
  await guard.check([partial]);
  expect(state.reads).toBe(2);
  const other = guardFor('run-1', { mappingHash: 'm2' });
  const edited = written('3');
  records.set('3', { ...edited.after.body, description: 'a person’s', modifiedAt: '3' });
  await other.check([edited]);
  expect(await other.isProven()).toBe(true);
  expect(facts).toEqual({});
});

test('A4 a first write whose record can’t be read again proves nothing and stops nothing', async () => {
  const { guardFor, written, records } = world();
  const guard = guardFor();
  const one = written('1');
  records.delete('1');
  await guard.check([one]);
  expect(await guard.isProven()).toBe(false);
});
