import { z } from 'zod';
import { idOf, linkId, linkShown, look, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Taking back, on real servers: undo of a run and of an undo, and of a value that gave way. */

let stage: Stage;
const tenant = 'undo-quick';

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const member = (number: number) => idOf('member', number);

const undoReport = z.looseObject({
  runId: z.string(),
  state: z.string(),
  undoes: z.looseObject({ left: z.number() }),
  operations: z.array(z.looseObject({ kind: z.string(), hubspotId: z.string().nullable(), reason: z.string() })),
  left: z.array(z.looseObject({ hubspotId: z.string().nullable(), why: z.string(), sentence: z.string() })),
});

async function undo(...args: readonly string[]) {
  const { code, stdout, stderr } = await stage.cli('undo', tenant, ...args, '--json');
  if (code !== 0) throw new Error(`undo exited with ${String(code)}: ${stdout}${stderr}`);
  return undoReport.parse(JSON.parse(stdout));
}

const writes = async () => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];

/** The first three records as people see them: both sides’ phones, and the link ids. */
async function seen() {
  const { officernd, values, named } = await look(stage);
  return {
    phones: [1, 2].map((number) => [officernd(member(number))?.['phone'], values(`${number}`)['phone']]),
    ids: [1, 2].map((number) => linkShown(officernd(member(number)))),
    created: linkShown(named('Cy Created')),
  };
}

const start = {
  phones: [
    ['+44 1', '+1 1'],
    [undefined, '+1 2'],
  ],
  ids: [undefined, undefined],
  created: undefined,
};
const synced = {
  phones: [
    ['+44 1', '+44 1'],
    ['+1 2', '+1 2'],
  ],
  ids: [linkId('1'), linkId('2')],
  created: linkId('3'),
};

let first: string;
let undone: string;

test('X1 X2 an undo puts back what a first sync wrote and linked, as its preview said, and the next run repeats nothing', async () => {
  await stage.putWorld({
    officernd: {
      members: [
        { _id: member(1), name: 'Ann One', email: 'ann@example.com', phone: '+44 1' },
        { _id: member(2), name: 'Bo Two', email: 'bo@example.com' },
      ],
    },
    hubspot: {
      contacts: [
        { id: '1', properties: { firstname: 'Ann', lastname: 'One', email: 'ann@example.com', phone: '+1 1' } },
        { id: '2', properties: { firstname: 'Bo', lastname: 'Two', email: 'bo@example.com', phone: '+1 2' } },
        { id: '3', properties: { firstname: 'Cy', lastname: 'Created', email: 'cy@example.com' } },
      ],
    },
  });
  await stage.applyTenant(tenant);
  first = (await stage.sync(tenant)).runId;
  expect(await seen()).toEqual(synced);
  const before = await writes();
  const preview = await undo(first, '--preview');
  expect(await writes()).toEqual(before);
  const report = await undo(first, '--wait');
  undone = report.runId;
  expect(report).toMatchObject({ state: 'completed', undoes: { run: first, left: 1 } });
  expect(report.left).toMatchObject([{ hubspotId: '3', why: 'not-deleted' }]);
  const inWords = ({ operations }: typeof report) => operations.map(({ kind, hubspotId }) => `${kind} ${hubspotId ?? ''}`).toSorted();
  expect(inWords(report)).toEqual(['unlink 1', 'unlink 2', 'unlink 3', 'updateHubspot 1', 'updateOfficernd 2']);
  expect([inWords(preview), preview.left]).toEqual([inWords(report), report.left]);
  expect(await seen()).toEqual(start);
  expect((await stage.cli('explain', tenant, 'member', '1')).stdout).toContain(
    'The run that had linked it was undone, so it is left alone',
  );
  const after = await writes();
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', reviews: 0, failures: 0 });
  expect(await writes()).toEqual(after);
});

test('X3 X1 undoing the undo is the run again, apart from what somebody has changed since', async () => {
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: member(2), fields: { phone: '+49 2' } }]);
  const report = await undo(undone, '--wait');
  expect(report.left).toMatchObject([{ hubspotId: '2', why: 'changed-since', sentence: 'It has changed since.' }]);
  const phones = [synced.phones[0], ['+49 2', '+1 2']];
  expect(await seen()).toEqual({ ...synced, phones });
  // The edit since is carried over as ever (M3).
  await stage.sync(tenant);
  expect(await seen()).toEqual({ ...synced, phones: [synced.phones[0], ['+49 2', '+49 2']] });
});

test('D2 a value that gave way goes to both sides, and only once', async () => {
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: member(1), fields: { phone: '+44 7' } }]);
  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '1', properties: { phone: '+1 7' } }]);
  await stage.sync(tenant);
  const listed = async () =>
    z
      .object({ conflicts: z.array(z.looseObject({ id: z.string(), kind: z.string(), takenBackBy: z.string().nullable() })) })
      .parse(JSON.parse((await stage.cli('conflicts', tenant, ...(run === '' ? [] : [run]), '--field', 'phone', '--json')).stdout))
      .conflicts;
  let run = '';
  const [conflict] = await listed();
  expect(conflict).toMatchObject({ kind: 'conflict', officernd: '+44 7', hubspot: '+1 7', takenBackBy: null });
  const runs = z
    .object({ runs: z.array(z.looseObject({ runId: z.string() })) })
    .parse(JSON.parse((await stage.cli('runs', tenant, '--json')).stdout));
  run = runs.runs[0]?.runId ?? '';
  const taken = await stage.cli('take-back', tenant, conflict?.id ?? '', '--wait', '--json');
  expect(undoReport.parse(JSON.parse(taken.stdout))).toMatchObject({ state: 'completed', undoes: { left: 0 } });
  expect((await seen()).phones[0]).toEqual(['+1 7', '+1 7']);
  expect(await listed()).toMatchObject([{ id: conflict?.id, takenBackBy: expect.any(String) }]);
  expect(await stage.cli('take-back', tenant, conflict?.id ?? '')).toMatchObject({ code: 2 });
  const before = await writes();
  expect(await stage.sync(tenant)).toMatchObject({ conflicts: 0 });
  expect(await writes()).toEqual(before);
});
