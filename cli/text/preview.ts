import { undoneReasons } from '../../domain/preview-outcome';
import type { UndoneReason } from '../../domain/preview-outcome';
import { splitByLoss, totalsOf } from '../../domain/preview-list';
import type { RuleTotal } from '../../domain/preview-list';
import { asLabel } from '../../domain/printable';
import type { AppliedCounts, Report } from '../../domain/report';
import type { NotDone } from '../../client/previews/not-done';
import type { PlannedOperation } from '../../client/runs/run-report';
import { listText, plainLook, SHOWN } from './operations';
import type { Look } from './operations';
import { counted, shownTime, table } from './tables';

/** A preview, and how much of it is shown. */
export interface ShownPreview extends Pick<Report, 'tenant' | 'runId' | 'binds'> {
  /** The number of operations before filters. */
  readonly all: number;
  /** The most rows of each table. @default 200 */
  readonly most?: number;
}

/** The operations that a preview has planned, for people: how many of what, then the values that would give way, then the rest. */
export function previewText(operations: readonly PlannedOperation[], preview?: ShownPreview, look: Look = plainLook): string {
  const most = preview?.most ?? SHOWN;
  const all = preview?.all ?? operations.length;
  if (all === 0) return 'Nothing would be changed.';
  if (operations.length === 0) return `None of the ${counted(all, 'planned operation')} is of this kind.`;
  const { givesWay, rest } = splitByLoss(operations);
  const losses = givesWay.reduce((sum, { fields }) => sum + fields.length, 0);
  const of = operations.length < all ? ` of ${all}` : '';
  return [
    `${counted(operations.length, 'operation')}${of} planned, none done:`,
    totalsTable(totalsOf(operations)),
    ...(givesWay.length === 0 ? [] : [listText(`${counted(losses, 'value')} would give way:`, givesWay, look, most)]),
    ...(rest.length === 0 ? [] : [listText(givesWay.length === 0 ? 'In detail:' : 'Everything else:', rest, look, most)]),
    ...(preview?.binds === undefined ? [] : [bindingLine(preview, preview.binds)]),
  ].join('\n');
}

const bindingLine = ({ tenant, runId }: ShownPreview, { validUntil }: NonNullable<Report['binds']>): string =>
  `"orsync apply ${tenant} ${runId}" carries out just this list, less what has changed by then; no brake holds any of it. It can be applied until ${shownTime(validUntil)} UTC.`;

const totalsTable = (totals: readonly RuleTotal[]): string =>
  table(['Entity', 'Operation', 'Rule', 'Meaning', 'Number', 'Give way'], totals.map(totalRow), { numbers: [4, 5] });

/** A line of the totals, as texts and numbers. */
export const totalRow = ({ entity, kind, rule, effects, giveWay }: RuleTotal) => [
  entity,
  kind,
  asLabel(rule),
  meaningOf(rule),
  effects,
  giveWay === 0 ? '' : giveWay,
];

/** A rule in a few words, for people who do not know the ids. */
export const meaningOf = (rule: string): string => meanings[rule] ?? '';

const meanings: Readonly<Record<string, string>> = {
  D1: 'a person has decided so',
  U1: 'the HubSpot record is gone',
  U3: 'HubSpot has merged two records',
  U5: 'the OfficeRnD record is gone',
  U6: 'a deleted HubSpot record is back',
  U7: 'link id without a HubSpot record',
  L2: 'OfficeRnD shows the link already',
  L3: 'the same e-mail address or name',
  L6: 'OfficeRnD has no such record',
  L14: 'the link is shown in OfficeRnD',
  P2: 'a list from another tool',
  M2: 'the two meet for the first time',
  M3: 'one side has changed',
  M4: 'both sides have changed: OfficeRnD wins',
  M5: 'one-way field',
};

interface AppliedLists {
  readonly notDone: readonly NotDone[];
  readonly unlisted: readonly PlannedOperation[];
}

/** The end of a run that applies a preview, for people. */
export function appliedText(applied: AppliedCounts | undefined, { notDone, unlisted }: AppliedLists, look: Look = plainLook): string {
  if (applied === undefined) return '';
  const { preview, by, at, note, effects, done } = applied;
  const why = note === null ? '' : `: ${asLabel(note)}`;
  return [
    `Applies preview ${preview}, as ${asLabel(by)} asked at ${shownTime(at)} UTC${why}.`,
    `${done} of ${counted(effects, 'listed change')} done.`,
    ...reasonsOf(notDone).map(([reason, some]) => listText(`${some.length} not done, since ${reasonWords[reason]}:`, some, look)),
    ...(unlisted.length === 0
      ? []
      : [listText(`${counted(unlisted.length, 'operation')} not on the list, so left for the next run:`, unlisted, look)]),
  ].join('\n');
}

/** The effects that were not done, by reason, in the order of the reasons. */
const reasonsOf = (notDone: readonly NotDone[]): readonly (readonly [UndoneReason, readonly NotDone[]])[] =>
  undoneReasons.flatMap((reason) => {
    const some = notDone.filter(({ why }) => why === reason);
    return some.length === 0 ? [] : [[reason, some] as const];
  });

/** Why something was not done, as the end of a sentence. */
export const reasonWords: Readonly<Record<UndoneReason, string>> = {
  changed: 'the run would do something else there by now',
  already: 'it is done already',
  'linked-otherwise': 'one of the records is linked with another by now',
  'not-linked': 'the two records are not linked',
  'hubspot-gone': 'the HubSpot record is gone',
  'officernd-gone': 'the OfficeRnD record is gone',
  back: 'the record that was gone is there again',
  review: 'the case waits for a person ("orsync review")',
  refused: 'it failed ("orsync status" says why)',
  pending: 'its outcome is not known yet; the next run settles it',
  'no-longer': 'nothing is left to do there',
  'run-ended': 'the run ended before',
  stale: 'the preview is no longer good: the accounts or the configuration have changed, or another run has carried it out',
};
