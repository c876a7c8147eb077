import { historyOf } from '../../../domain/explain/history';
import { linkStory } from '../../../domain/explain/link-story';
import { aLink } from '../records';
import { aHeldEffect, anOperation } from './facts';

const at = (day: number): Date => new Date(`2025-01-0${day}T00:00:00Z`);

test('every effect has a line for each field, oldest first, and drift is no effect', () => {
  const phone = { field: 'phone', base: 'a', officernd: 'b', hubspot: 'a', rule: 'M3', action: 'writeHubspot' } as const;
  const email = { field: 'email', base: null, officernd: null, hubspot: 'e', rule: 'M2', action: 'writeOfficernd' } as const;
  const entries = historyOf(
    [
      anOperation({ id: 'b', run: 'run-2', at: at(2), fields: [phone, { ...phone, field: 'name', action: 'drift' }] }),
      anOperation({ id: 'c', run: 'run-3', at: at(3), kind: 'updateOfficernd', fields: [email], state: 'failed', error: 'refused' }),
      anOperation({ id: 'a', run: 'run-1', at: at(1), phase: 'link', kind: 'link', reason: 'L3 email' }),
    ],
    [],
  );
  expect(entries).toMatchObject([
    { run: 'run-1', kind: 'link', field: null, rule: 'L3 email', state: 'applied' },
    { run: 'run-2', field: 'phone', before: 'a', after: 'b', rule: 'M3', approvedBy: null },
    { run: 'run-3', field: 'email', before: null, after: 'e', state: 'failed', error: 'refused' },
  ]);
});

test('P1 P2 what a brake holds in each run stands there once, and who approved it is named', () => {
  const effect = { kind: 'unlink', reason: 'U1' } as const;
  const held = { ...effect, phase: 'unlink', state: 'held' } as const;
  const entries = historyOf(
    [
      anOperation({ id: 'a', run: 'run-1', at: at(1), ...held }),
      anOperation({ id: 'a', run: 'run-2', at: at(2), ...held }),
      anOperation({ id: 'a', run: 'run-3', at: at(3), ...held, state: 'applied' }),
    ],
    [aHeldEffect(effect, 'Ann')],
  );
  expect(entries).toMatchObject([
    { run: 'run-2', state: 'held', approvedBy: 'Ann' },
    { run: 'run-3', state: 'applied', approvedBy: 'Ann' },
  ]);
});

test('M6 P2 an erasure that was approved by itself is found among the fields of one write', () => {
  const change = { field: 'phone', base: 'a', officernd: null, hubspot: 'a', rule: 'M3', action: 'writeHubspot' } as const;
  const entries = historyOf(
    [anOperation({ at: at(1), fields: [change, { ...change, field: 'name', officernd: 'n' }] })],
    [aHeldEffect({ fields: [change] }, 'Ann')],
  );
  expect(entries).toMatchObject([
    { field: 'phone', approvedBy: 'Ann' },
    { field: 'name', approvedBy: null },
  ]);
});

test('X1 a value that went back is shown as it was written, not as the other side has it', () => {
  const back = { field: 'phone', base: 'h', officernd: 'h', hubspot: 'h', after: 'o', rule: 'X1', action: 'writeOfficernd' } as const;
  expect(historyOf([anOperation({ at: at(1), kind: 'updateOfficernd', fields: [back] })], [])).toMatchObject([{ before: 'h', after: 'o' }]);
});

test.each([
  ['link', 'D1', 'A person linked the two.'],
  ['create', 'D1', 'A person wanted it created, so it was created in OfficeRnD and linked.'],
  ['unlink', 'D1', 'A person decided that the two do not belong together, so the link ended and its id was cleared.'],
  ['link', 'P2 import', 'The link came from another tool, in a list that a person approved.'],
  ['unlink', 'X2', 'The run that had made the link was undone, so it ended.'],
  ['link', 'X2', 'The run that had ended the link was undone, so it came back.'],
  ['link', 'L2', 'The OfficeRnD record already carried the id of this HubSpot record, so the two were linked.'],
  ['link', 'L3 email', 'The two had an e-mail address in common that no other record had, so they were linked.'],
  ['link', 'L3 name', 'The two had the same name, and no other record had it, so they were linked.'],
  ['link', 'L4 email', 'Several OfficeRnD records shared the key, and the oldest of them was linked, as matching.ambiguous: oldest asks.'],
  ['link', 'L5 name', 'The names are the same though the e-mails differ, and were linked, as matching.emailsDiffer: link asks.'],
  ['create', 'L6', 'No OfficeRnD record matched, so one was created from the HubSpot record and linked.'],
  ['unlink', 'U1', 'The HubSpot record was proven to be gone, so the link ended and its id was cleared.'],
  ['relink', 'U3', 'The HubSpot record was merged into this one, and the link followed.'],
  ['unlink', 'U3', 'Two linked HubSpot records became one and the older link stayed, so this one ended and its id was cleared.'],
  ['unlink', 'U5', 'The OfficeRnD record was gone, so the link ended and the HubSpot record is not created again.'],
  ['link', 'U6', 'The HubSpot record was deleted and is back, so the link came back with its bases.'],
  ['unlink', 'U7', 'The OfficeRnD record carried the id of a HubSpot record that is gone, and it was cleared.'],
] as const)('a link’s story tells %s by %s', (kind, reason, sentence) => {
  const [rule] = reason.split(' ');
  expect(linkStory([], [anOperation({ kind, reason, phase: 'link' })])).toMatchObject([{ rule, sentence, run: 'run-1' }]);
});

test('a link knows its beginning and its end when its operations are no longer kept', () => {
  const link = { ...aLink({ origin: 'email', state: 'retired', reason: 'hubspot-deleted' }), linkedRun: 'run-1', retiredRun: 'run-9' };
  expect(linkStory([link], [])).toMatchObject([
    { run: 'run-1', at: link.pairedAt, rule: 'L3' },
    { run: 'run-9', at: null, rule: 'U1' },
  ]);
  const ended = anOperation({ kind: 'unlink', phase: 'unlink', reason: 'U1', run: 'run-9', at: at(9) });
  expect(linkStory([link], [ended]).map(({ run, at: when }) => [run, when])).toEqual([
    ['run-1', link.pairedAt],
    ['run-9', at(9).toISOString()],
  ]);
});
