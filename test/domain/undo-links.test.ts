import type { LinkHistory } from '../../domain/link';
import { decideLinkUndo, linkIdBefore } from '../../domain/undo-links';
import type { LinkUndoInput } from '../../domain/undo-links';
import { concerns, isUndoing } from '../../domain/undoing';
import { aLink } from './records';

const RUN = 'run';
const link = (given: Partial<LinkHistory>): LinkHistory => ({ ...aLink(), linkedRun: 'other', retiredRun: null, ...given });
const made = link({ linkedRun: RUN });
const ended = link({ state: 'retired', reason: 'hubspot-deleted', retiredRun: RUN });

const decide = (given: Partial<LinkUndoInput>) =>
  decideLinkUndo({ operation: { kind: 'link', reason: 'L3 email' }, run: RUN, link: made, isElsewhere: false, areThere: true, ...given });

const unlink = { kind: 'unlink', reason: 'U1' } as const;

test.each([
  ['that the run made is retired', {}, { kind: 'retire' }],
  ['of a record that it created is retired', { operation: { kind: 'create', reason: 'L6' } }, { kind: 'retire' }],
  ['that a later run has made anew is left', { link: link({ linkedRun: 'later' }) }, { kind: 'left', why: 'link-ended' }],
  ['that has ended since is left', { link: link({ state: 'retired' }) }, { kind: 'left', why: 'link-ended' }],
  ['that was taken back already is done', { link: link({ state: 'retired', undoneBy: 'undo' }) }, { kind: 'done' }],
  ['that the run ended comes back', { operation: unlink, link: ended }, { kind: 'restore' }],
  ['that is there again is done', { operation: unlink, link: link({}) }, { kind: 'done' }],
  ['whose record is gone is left', { operation: unlink, link: ended, areThere: false }, { kind: 'left', why: 'record-gone' }],
  [
    'of a record that has another one is left (L13)',
    { operation: unlink, link: ended, isElsewhere: true },
    { kind: 'left', why: 'linked-elsewhere' },
  ],
  [
    'that a later run has ended is left',
    { operation: unlink, link: { ...ended, retiredRun: 'later' } },
    { kind: 'left', why: 'link-ended' },
  ],
  ['that was only an id is left', { operation: { kind: 'unlink', reason: 'U7' }, link: undefined }, { kind: 'left', why: 'no-link' }],
  ['that followed a merge is left', { operation: { kind: 'relink', reason: 'U3' } }, { kind: 'left', why: 'merged' }],
] as const)('X2 a link %s', (_title, given, expected) => expect(decide(given)).toEqual(expected));

test.each([
  ['blank for a record that the run created', { kind: 'create', reason: 'L6' }, undefined, null],
  ['what the journal says', { kind: 'link', reason: 'L3 name' }, '7-9', '7-9'],
  ['its own for an adopted record', { kind: 'link', reason: 'L2' }, undefined, '42-1'],
  ['its own for a link that the run brought back', { kind: 'link', reason: 'U6' }, undefined, '42-1'],
  ['blank where the link does not show yet', { kind: 'link', reason: 'L3 name' }, undefined, null],
] as const)('X2 the id on the record goes back to what it was: %s', (_title, operation, before, expected) =>
  expect(linkIdBefore(operation, before, '42-1')).toBe(expected),
);

test.each([
  [{ run: 'r' }, true],
  [{ run: 'r', entity: 'member', id: '1', field: 'phone' }, true],
  [{ conflicts: ['a'] }, true],
  [{ conflicts: [] }, false],
  [{ conflicts: [1] }, false],
  [{ run: 1 }, false],
  [{ run: 'r', entity: 'deal' }, false],
  [{ run: 'r', field: 7 }, false],
  [null, false],
  ['r', false],
] as const)('X3 %j names something to take back: %s', (given, expected) => expect(isUndoing(given)).toBe(expected));

test('X3 one entity’s part of a run concerns no other', () => {
  expect(concerns({ run: 'r', entity: 'member' }, 'company')).toBe(false);
  expect(concerns({ run: 'r' }, 'company')).toBe(true);
});
