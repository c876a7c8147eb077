import { z } from 'zod';
import { expectSettled, idOf, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** After a run has done all it could, no explanation may say that the next one does something: the two decide alike (A1). */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const explanation = z.looseObject({
  state: z.string(),
  fields: z.array(z.looseObject({ field: z.string(), state: z.string(), rule: z.string() })),
  candidates: z.array(z.looseObject({ key: z.string(), rule: z.string(), isNext: z.boolean() })),
  verdict: z.looseObject({ rule: z.string(), isNext: z.boolean() }).nullable(),
});

test('A1 L4 L5 L6 U5 M10 after a run, no explanation foresees a change, and each says why', async () => {
  const tenant = 'explained-settled';
  const contact = (id: string, firstname: string, properties: object = {}) => ({ id, properties: { firstname, ...properties } });
  await stage.putWorld({
    officernd: {
      members: [
        { _id: idOf('member', 1), name: 'Ann', email: 'ann@example.com' },
        { _id: idOf('member', 2), name: 'Twin' },
        { _id: idOf('member', 3), name: 'Twin' },
        { _id: idOf('member', 4), name: 'Dan', email: 'dan@example.com' },
        { _id: idOf('member', 5), name: 'Alone' },
        { _id: idOf('member', 6), name: 'Far', properties: { hubspot_link_id: '999-1' } },
      ],
    },
    hubspot: {
      contacts: [
        contact('101', 'Ann', { email: 'ann@example.com', phone: 'call me', city: 'Leeds' }),
        contact('102', 'Twin'),
        contact('104', 'Dan', { email: 'dan@example.org' }),
        contact('105', 'Eve', { email: 'eve@example.com' }),
        contact('106', '', { email: 'nameless@example.com' }),
        contact('107', 'Fay', { email: 'fay@example.com', phone: '+44 7' }),
      ],
    },
  });
  await stage.admin('officernd', 'PUT', '/settings', {
    refusals: [{ resource: 'members', field: 'phone', pattern: '[a-z]', message: 'Invalid phone number' }],
  });
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  const eve = (await look(stage)).linkedTo('105')?._id ?? '';
  const fay = (await look(stage)).linkedTo('107')?._id ?? '';
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: eve }]);
  await stage.sync(tenant);
  await expectSettled(stage, tenant);

  const explained = async (id: string) =>
    explanation.parse(JSON.parse((await stage.cli('explain', tenant, 'member', id, '--json')).stdout));
  const members = [1, 2, 3, 4, 5, 6].map((number) => idOf('member', number));
  const verdicts = new Map<string, string>();
  for (const id of ['101', '102', '104', '105', '106', '107', ...members, fay]) {
    const { fields, candidates, verdict, state } = await explained(id);
    expect([id, fields.filter((field) => field.state === 'next-run')]).toEqual([id, []]);
    expect([id, candidates.filter(({ isNext }) => isNext), verdict?.isNext ?? false]).toEqual([id, [], false]);
    const left = fields.filter((field) => field.state === 'left').map(({ field, rule }) => `${field} ${rule}`);
    verdicts.set(id, verdict?.rule ?? [state, ...left].join(', '));
  }
  expect(Object.fromEntries(verdicts)).toEqual({
    101: 'linked, phone M10',
    102: 'L4',
    104: 'L5',
    105: 'U5',
    106: 'L6',
    107: 'linked',
    [idOf('member', 1)]: 'linked, phone M10',
    [idOf('member', 2)]: 'L4',
    [idOf('member', 3)]: 'L4',
    [idOf('member', 4)]: 'L5',
    [idOf('member', 5)]: 'L7',
    [idOf('member', 6)]: 'U7',
    [fay]: 'linked',
  });
});
