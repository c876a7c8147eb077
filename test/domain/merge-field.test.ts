import type { Side } from '../../domain/entity';
import type { MergeInput, MergeOutcome } from '../../domain/merge-field';
import { mergeField } from '../../domain/merge-field';

/** Merges a ↔ field with the base `b` and the default policies. */
const merge = (given: Partial<MergeInput>): MergeOutcome =>
  mergeField({
    direction: '↔',
    base: { officernd: 'b', hubspot: 'b' },
    officernd: 'b',
    hubspot: 'b',
    takes: () => true,
    agreement: null,
    enforce: false,
    neverErase: false,
    ...given,
  });

type Case = readonly [title: string, given: Partial<MergeInput>, outcome: MergeOutcome];

const toOfficernd = (rule: 'M2' | 'M3' | 'M4' | 'M5', loses: 'conflict' | 'first-link' | null = null): MergeOutcome => ({
  kind: 'write',
  to: 'officernd',
  rule,
  loses,
});
const toHubSpot = (rule: 'M2' | 'M3' | 'M4' | 'M5', loses: 'conflict' | 'first-link' | null = null): MergeOutcome => ({
  kind: 'write',
  to: 'hubspot',
  rule,
  loses,
});
const agree: MergeOutcome = { kind: 'agree', rule: 'M1' };
const drift = (rule: 'M5' | 'M12'): MergeOutcome => ({ kind: 'drift', rule });
const keep = (rule: 'M2' | 'M6' | 'M7'): MergeOutcome => ({ kind: 'keep', rule });
const noBase = { base: undefined } as const;
const noHubSpot = { takes: (side: Side) => side !== 'hubspot' };
const noOfficernd = { takes: (side: Side) => side !== 'officernd' };

const cases: readonly Case[] = [
  ['M1 nobody changed', {}, agree],
  ['M1 both changed to the same', { officernd: 'x', hubspot: 'x' }, agree],
  ['M1 both cleared', { officernd: null, hubspot: null }, agree],
  ['M1 agreement goes before a missing base', { ...noBase, officernd: 'x', hubspot: 'x' }, agree],
  ['M1 agreement goes before an arrow', { direction: '←', officernd: 'x', hubspot: 'x' }, agree],
  ['M1 agreement goes before what a side can take', { ...noHubSpot, officernd: 'x', hubspot: 'x' }, agree],

  [
    'M2 ↔ without a base OfficeRnD wins and HubSpot’s value is kept',
    { ...noBase, officernd: 'o', hubspot: 'h' },
    toHubSpot('M2', 'first-link'),
  ],
  [
    'D1 M2 ↔ HubSpot’s value wins where a person prefers it',
    { ...noBase, prefers: 'hubspot', officernd: 'o', hubspot: 'h' },
    toOfficernd('M2', 'first-link'),
  ],
  ['D1 M2 a blank does not win though it is preferred', { ...noBase, prefers: 'hubspot', officernd: 'o', hubspot: null }, toHubSpot('M2')],
  [
    'D1 M2 → an arrow goes before what a person prefers',
    { ...noBase, prefers: 'hubspot', direction: '→', officernd: 'o', hubspot: 'h' },
    toHubSpot('M2', 'first-link'),
  ],
  [
    'D1 M4 where both sides agreed before, nothing is preferred',
    { prefers: 'hubspot', officernd: 'o', hubspot: 'h' },
    toHubSpot('M4', 'conflict'),
  ],
  [
    'D1 M12 what OfficeRnD can’t take stays different, though it is preferred',
    { ...noBase, ...noOfficernd, prefers: 'hubspot', officernd: 'o', hubspot: 'h' },
    drift('M12'),
  ],
  ['M2 ↔ a blank does not win', { ...noBase, officernd: null, hubspot: 'h' }, toOfficernd('M2')],
  ['M2 ↔ filling a blank loses nothing', { ...noBase, officernd: 'o', hubspot: null }, toHubSpot('M2')],
  ['M2 → the source wins', { ...noBase, direction: '→', officernd: 'o', hubspot: 'h' }, toHubSpot('M2', 'first-link')],
  ['M2 → a blank source does not win', { ...noBase, direction: '→', officernd: null, hubspot: 'h' }, keep('M2')],
  ['M2 ← the source wins', { ...noBase, direction: '←', officernd: 'o', hubspot: 'h' }, toOfficernd('M2', 'first-link')],
  ['M2 ← a blank source does not win', { ...noBase, direction: '←', officernd: 'o', hubspot: null }, keep('M2')],
  ['M2 ← a source fills a blank', { ...noBase, direction: '←', officernd: null, hubspot: 'h' }, toOfficernd('M2')],

  ['M3 only HubSpot changed', { hubspot: 'x' }, toOfficernd('M3')],
  ['M3 only OfficeRnD changed', { officernd: 'x' }, toHubSpot('M3')],
  [
    'M3 a base that differs by side counts side by side',
    { base: { officernd: 'b', hubspot: 'B' }, officernd: 'b', hubspot: 'x' },
    toOfficernd('M3'),
  ],

  ['M4 both changed: OfficeRnD wins and the conflict is kept', { officernd: 'o', hubspot: 'h' }, toHubSpot('M4', 'conflict')],
  ['M4 a cleared value wins too', { officernd: null, hubspot: 'h' }, toHubSpot('M4', 'conflict')],
  ['M4 a value wins over a cleared one', { officernd: 'o', hubspot: null }, toHubSpot('M4', 'conflict')],

  ['M5 ← HubSpot changed', { direction: '←', hubspot: 'x' }, toOfficernd('M5')],
  ['M5 ← only OfficeRnD changed: drift', { direction: '←', officernd: 'x' }, drift('M5')],
  ['M5 ← only OfficeRnD changed, enforced: undone', { direction: '←', officernd: 'x', enforce: true }, toOfficernd('M5')],
  ['M5 ← both changed: the source wins, and the arrow explains it', { direction: '←', officernd: 'o', hubspot: 'h' }, toOfficernd('M5')],
  ['M5 → OfficeRnD changed', { direction: '→', officernd: 'x' }, toHubSpot('M5')],
  ['M5 → only HubSpot changed: drift', { direction: '→', hubspot: 'x' }, drift('M5')],
  ['M5 → only HubSpot changed, enforced: undone', { direction: '→', hubspot: 'x', enforce: true }, toHubSpot('M5')],
  ['M5 → both changed: the source wins, and the arrow explains it', { direction: '→', officernd: 'o', hubspot: 'h' }, toHubSpot('M5')],

  ['M6 clearing in HubSpot propagates', { hubspot: null }, toOfficernd('M3')],
  ['M6 clearing in OfficeRnD propagates', { officernd: null }, toHubSpot('M3')],
  ['M6 clearing propagates along an arrow', { direction: '→', officernd: null }, toHubSpot('M5')],
  ['M6 never erase: clearing does not propagate', { hubspot: null, neverErase: true }, keep('M6')],
  [
    'M6 never erase: a cleared value is no change, so that the other side’s change wins',
    { officernd: null, hubspot: 'x', neverErase: true },
    toOfficernd('M3'),
  ],
  ['M6 never erase: along an arrow', { direction: '←', hubspot: null, neverErase: true }, keep('M6')],
  [
    'M6 never erase: enforcing writes no blank',
    { direction: '←', officernd: 'x', hubspot: null, enforce: true, neverErase: true },
    keep('M6'),
  ],

  [
    'M7 a difference that both sides gave back before is none',
    { base: { officernd: 'b', hubspot: 'B' }, officernd: 'b', hubspot: 'B' },
    keep('M7'),
  ],

  ['M12 what HubSpot can’t take is drift', { ...noHubSpot, officernd: 'x' }, drift('M12')],
  ['M12 what OfficeRnD can’t take is drift', { ...noOfficernd, hubspot: 'x' }, drift('M12')],
  ['M12 it never wins by M4', { ...noHubSpot, officernd: 'o', hubspot: 'h' }, drift('M12')],
  ['M12 it never wins by M2', { ...noBase, ...noHubSpot, officernd: 'o', hubspot: 'h' }, drift('M12')],
  ['M12 the other way still flows', { ...noHubSpot, hubspot: 'x' }, toOfficernd('M3')],
];

test.each(cases)('%s', (_title, given, outcome) => expect(merge(given)).toEqual(outcome));
