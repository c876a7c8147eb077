import { undoText } from '../../cli/text/undo';
import { sentenceOf } from '../../client/undo/sentences';

const operation = {
  phase: 'update',
  entity: 'member',
  kind: 'updateOfficernd',
  officerndId: 'o1',
  hubspotId: '1',
  reason: 'X1',
  fields: [{ field: 'phone', base: '2', officernd: '2', hubspot: '2', rule: 'X1', action: 'writeOfficernd', after: '1' }],
} as const;
const left = {
  entity: 'member',
  officerndId: 'o2',
  hubspotId: '2',
  kind: 'updateHubspot',
  change: { ...operation.fields[0], action: 'writeHubspot', after: 'former\u001b[2J' },
  why: 'changed-since',
  sentence: sentenceOf('changed-since'),
} as const;

test('X1 an undo shows the value that goes back, and what is left with the reason', () => {
  const text = undoText({ operations: [operation], left: [left] }, false);
  expect(text).toContain('1 operation of taking back:');
  expect(text).toMatch(/phone: "?2"? → "?1"? \(X1\)/);
  expect(text).toContain('It has changed since.');
  expect(text).toContain('former');
  expect(text).not.toContain('\u001b');
});

test('X3 a preview says that nothing was done, and an undo without work that nothing was taken back', () => {
  expect(undoText({ operations: [operation], left: [] }, true)).toContain('1 operation planned, none done:');
  expect(undoText({ operations: [], left: [] }, true)).toBe('Nothing would be taken back.');
  expect(undoText({ operations: [], left: [] }, false)).toBe('Nothing was taken back.');
});

test('X1 a reason of another release is shown as it is', () => expect(sentenceOf('of-tomorrow')).toBe('of-tomorrow'));
