import { createLooks } from '../../../activities/slice/looks';
import type { SliceWork } from '../../../activities/slice/run-slice';
import { sendCreation } from '../../../activities/slice/send-creation';
import type { ReadyWrite } from '../../../activities/update/link-state';
import { officerndWriter, sendBatch } from '../../../activities/update/send';
import { VendorError } from '../../../connectors/errors';
import type { BatchUpdateOptions } from '../../../connectors/hubspot/connector';
import type { HubSpotRecord } from '../../../domain/hubspot-record';
import type { FieldChange } from '../../../domain/operation';
import { LookTooOld } from '../../../connectors/look-too-old';
import type { TenantMapping } from '../../../domain/tenant-mapping';
import { hubSpotObservation, observedProperties } from '../../../domain/to-observation';

/** M8, A2: what is asked and read again after the wait for the limiter, before a batch, a creation or another try leaves. */

const recordOf = (id: string, city: string): HubSpotRecord => ({
  id,
  properties: { name: `C${id}`, city },
  companyIds: [],
  contactIds: [],
  mergedIds: [],
  createdAt: '',
  updatedAt: '',
});
const mapping = {
  fields: [{ entity: 'company', key: 'address.city', officernd: 'address.city', hubspot: ['city'], type: 'text' }],
  creation: { locations: { property: null }, filter: [] },
} as unknown as TenantMapping;
const kept = { properties: observedProperties('company', mapping), fields: mapping.fields };

const connectionBroke = new VendorError('unavailable', 'No.', { vendor: 'hubspot', route: 'POST /x', broke: true, mayHaveHappened: true });

function world() {
  const clock = { ms: 0 };
  const state = { isOwner: true, waitMs: 0, officerndCity: 'Leeds', broken: 0, takesEffect: false };
  const cities = new Map([
    ['1', 'Leeds'],
    ['2', 'Leeds'],
  ]);
  const sent: unknown[] = [];
  const place = { look: { use: () => true }, write: { use: () => true } };
  const looks = createLooks({ clocks: () => ({ wallMs: clock.ms, steadyMs: clock.ms }) });
  const look = looks.next();
  let reads = 0;
  const work = {
    input: { entity: 'company' },
    mapping,
    signal: new AbortController().signal,
    looks,
    assertOwnerCached: async () => {
      if (!state.isOwner) throw new Error('A later attempt has taken over.');
    },
    hubspot: {
      reserve: async () => place,
      batchRead: async (_object: string, ids: readonly string[], _properties: unknown, options?: BatchUpdateOptions) => {
        await options?.beforeSend?.();
        reads += 1;
        return new Map(ids.map((id) => [id, recordOf(id, cities.get(id) ?? '')]));
      },
      batchUpdate: async (_object: string, updates: readonly { readonly id: string }[], options?: BatchUpdateOptions) => {
        clock.ms += state.waitMs;
        let ids = updates.map(({ id }) => id);
        try {
          await options?.beforeSend?.();
        } catch (error) {
          if (!(error instanceof LookTooOld) || options?.lookAgain === undefined) throw error;
          const again = await options.lookAgain(ids, error);
          ids = ids.filter((id) => again?.unchanged.has(id));
          await options.beforeSend?.();
        }
        sent.push(ids);
        while (state.broken > 0) {
          state.broken -= 1;
          if (state.takesEffect) for (const id of ids) cities.set(id, 'York');
          const again = await options?.lookAgain?.(ids, connectionBroke);
          if (again === null || again === undefined) throw connectionBroke;
          ids = ids.filter((id) => again.unchanged.has(id));
          await options?.beforeSend?.();
          if (ids.length > 0) sent.push(ids);
        }
        return new Map();
      },
    },
    officernd: {
      reserve: async () => [place],
      readOne: async (_resource: string, id: string, options?: BatchUpdateOptions) => {
        await options?.beforeSend?.();
        reads += 1;
        return { id, body: { address: { city: state.officerndCity } } };
      },
      update: async (_resource: string, id: string, body: unknown, options?: BatchUpdateOptions) => {
        await options?.beforeSend?.();
        sent.push(body);
        return { id, body };
      },
      create: async (_resource: string, body: unknown, options?: BatchUpdateOptions) => {
        await options?.beforeSend?.();
        sent.push(body);
        return { id: 'new', body };
      },
    },
  } as unknown as SliceWork;
  const change = (action: FieldChange['action'], officernd: string, hubspot: string): FieldChange => ({
    field: 'address.city',
    base: null,
    officernd,
    hubspot,
    rule: 'M3',
    action,
  });
  const write = (id: string, changes: readonly FieldChange[] = [change('writeHubspot', 'York', 'Leeds')]): ReadyWrite =>
    ({
      state: { link: { id, hubspotId: id, officerndId: `o${id}` }, hubspot: hubSpotObservation('company', recordOf(id, 'Leeds'), kept) },
      plan: { changes, hubspotChanges: { city: 'York' }, officerndChanges: { 'address.city': 'York' } },
      officerndRecord: { id: `o${id}`, body: { address: { city: 'Leeds' } } },
      look,
      place,
    }) as unknown as ReadyWrite;
  const officernd = (one: ReadyWrite) => {
    if (one.officerndRecord === null) throw new Error('There is no record.');
    return officerndWriter(work, { ...one, officerndRecord: one.officerndRecord });
  };
  return { clock, state, cities, sent, work, look, write, change, officernd, reads: () => reads };
}

test('M8 a batch whose look is young is sent as it was planned', async () => {
  const { sent, work, look, write, reads } = world();
  await look.begin();
  await sendBatch(work, [write('1'), write('2')]);
  expect(sent).toEqual([['1', '2']]);
  expect(reads()).toBe(0);
});

test('M8 a batch that has waited is read again, and a record that a person has changed stays', async () => {
  const { state, cities, sent, work, look, write, reads } = world();
  await look.begin();
  state.waitMs = 9_000;
  cities.set('2', 'Theirs');
  await sendBatch(work, [write('1'), write('2')]);
  expect(sent).toEqual([['1']]);
  expect(reads()).toBe(1);
});

test('M6 M8 an erasure in a batch that has waited is planned afresh', async () => {
  const { state, sent, work, look, write, change } = world();
  await look.begin();
  state.waitMs = 9_000;
  await sendBatch(work, [write('1', [change('writeHubspot', '', 'Leeds')]), write('2')]);
  expect(sent).toEqual([['2']]);
});

test('M8 a batch whose connection broke is read again and soon sent again, if it has not happened', async () => {
  const { state, sent, work, look, write, reads } = world();
  await look.begin();
  state.broken = 2;
  await sendBatch(work, [write('1'), write('2')]);
  expect(sent).toEqual([
    ['1', '2'],
    ['1', '2'],
    ['1', '2'],
  ]);
  expect(reads()).toBe(2);
});

test('M8 a batch that was written though its connection broke is not sent again', async () => {
  const { state, sent, work, look, write } = world();
  await look.begin();
  Object.assign(state, { broken: 1, takesEffect: true });
  await sendBatch(work, [write('1'), write('2')]);
  expect(sent).toEqual([['1', '2']]);
});

test('M6 M8 a batch with an erasure whose connection broke is left to the next attempt', async () => {
  const { state, sent, work, look, write, change } = world();
  await look.begin();
  state.broken = 1;
  await expect(sendBatch(work, [write('1', [change('writeHubspot', '', 'Leeds')]), write('2')])).rejects.toBe(connectionBroke);
  expect(sent).toEqual([['1', '2']]);
});

test('A4 a batch whose every connection breaks is given up', async () => {
  const { state, sent, work, look, write } = world();
  await look.begin();
  state.broken = 99;
  await expect(sendBatch(work, [write('1')])).rejects.toBe(connectionBroke);
  expect(sent).toHaveLength(5);
});

test('M8 another try of a write reads the record again', async () => {
  const { state, sent, look, write, officernd, reads } = world();
  await look.begin();
  const attempt = officernd(write('1'));
  await attempt();
  expect(reads()).toBe(0);
  expect(await attempt()).toMatchObject({ kind: 'written' });
  expect(reads()).toBe(1);
  state.officerndCity = 'Mine';
  expect(await attempt()).toMatchObject({ kind: 'left' });
  expect(sent).toHaveLength(2);
});

test('M6 M8 another try of an erasure reads its source again, too', async () => {
  const { cities, sent, look, write, change, officernd } = world();
  await look.begin();
  const attempt = officernd(write('1', [change('writeOfficernd', 'Leeds', '')]));
  await attempt();
  cities.set('1', 'Theirs');
  expect(await attempt()).toMatchObject({ kind: 'left' });
  expect(sent).toHaveLength(1);
});

test.each([
  ['a batch of HubSpot', ({ work, write }: ReturnType<typeof world>) => sendBatch(work, [write('1')])],
  ['a write to OfficeRnD', ({ write, officernd }: ReturnType<typeof world>) => officernd(write('1'))()],
  ['a creation', ({ work }: ReturnType<typeof world>) => sendCreation(work, 'companies', { name: 'New' })],
])('A2 an attempt that was replaced while it waited for the limiter does not send %s', async (_what, send) => {
  const stage = world();
  stage.state.isOwner = false;
  await expect(send(stage)).rejects.toThrow('A later attempt has taken over.');
  expect(stage.sent).toEqual([]);
});
