import { z } from 'zod';
import { idOf, linkId, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** `orsync explain` and `orsync history` through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const shown = z.looseObject({
  state: z.string(),
  fields: z.array(z.looseObject({ field: z.string(), state: z.string(), rule: z.string(), sentence: z.string() })),
});

test('M2, L4, M3 a record is explained from what is stored and from a fresh look, and its history told', async () => {
  const tenant = 'explained';
  await stage.putWorld({
    officernd: {
      members: [
        { _id: idOf('member', 1), name: 'Ann Lee', email: 'ann@example.com', phone: '+44 20 1' },
        { _id: idOf('member', 2), name: 'Bea Stone' },
      ],
    },
    hubspot: {
      contacts: [
        { id: '101', properties: { firstname: 'Ann', lastname: 'Lee', email: 'ann@example.com', phone: '+44 20 2' } },
        { id: '102', properties: { firstname: 'Bea', lastname: 'Stone' } },
        { id: '103', properties: { firstname: 'Bea', lastname: 'Stone' } },
      ],
    },
  });
  await stage.applyTenant(tenant);
  const { runId } = await stage.sync(tenant);
  const json = async (...args: string[]) => {
    const { stdout, code } = await stage.cli(...args, '--json');
    return { code, document: JSON.parse(stdout) as unknown };
  };

  const stored = await json('explain', tenant, 'member', 'ann@example.com');
  expect(stored).toMatchObject({
    code: 0,
    document: {
      state: 'linked',
      hubspot: { id: '101', name: 'Ann Lee' },
      story: [{ run: runId, rule: 'L3', sentence: expect.stringContaining('e-mail address in common') }],
      shownLink: { shown: linkId('101'), rule: 'L14' },
      lost: [{ field: 'phone', kind: 'first-link', hubspot: '+44 20 2' }],
    },
  });
  const phoneIn = ({ document }: typeof stored) => shown.parse(document).fields.find(({ field }) => field === 'phone');
  expect(phoneIn(stored)).toMatchObject({ state: 'in-step', rule: 'M1', lastChange: { run: runId, to: 'hubspot', after: '+44 20 1' } });

  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '101', properties: { phone: '+44 20 3' } }]);
  const before = writesIn(await stage.requests('hubspot'));
  expect(phoneIn(await json('explain', tenant, 'member', '101', '--live'))).toMatchObject({
    state: 'next-run',
    rule: 'M3',
    writes: 'officernd',
  });
  expect(phoneIn(await json('explain', tenant, 'member', linkId('101')))).toMatchObject({ state: 'in-step' });
  expect(writesIn(await stage.requests('hubspot'))).toEqual(before);

  const ambiguous = await stage.cli('explain', tenant, 'member', '102');
  expect(ambiguous.stdout).toContain('The name is shared with another record, so a person decides. (L4)');
  expect(ambiguous.stdout).toContain(`orsync decide ${tenant} ambiguous/member/${idOf('member', 2)}/102+103 link ${idOf('member', 2)} 102`);

  const history = await json('history', tenant, 'member', idOf('member', 1));
  expect(history).toMatchObject({
    code: 0,
    document: {
      entries: expect.arrayContaining([
        expect.objectContaining({ run: runId, kind: 'link', rule: 'L3 email', state: 'applied' }),
        expect.objectContaining({ run: runId, field: 'phone', before: '+44 20 2', after: '+44 20 1', rule: 'M2', state: 'applied' }),
      ]),
    },
  });
  expect((await stage.cli('history', tenant, 'member', '101')).stdout).toContain('"+44 20 2" → "+44 20 1"');

  expect(await json('explain', tenant, 'member', '999')).toMatchObject({ code: 1, document: { error: { kind: 'unknown-record' } } });
});
