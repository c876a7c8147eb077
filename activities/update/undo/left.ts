import type { FieldChange, Operation } from '../../../domain/operation';
import type { LeftField, UndoPlan } from '../../../domain/plan-undo';
import { leftAs } from '../../../domain/undoing';
import type { LeftReason } from '../../../domain/undoing';
import type { TenantStore } from '../../../store/store';
import type { SliceWork } from '../../slice/run-slice';
import { inputOf } from '../compare';
import type { Planned } from '../compare';
import type { Wanted } from './source';

/** A page when its writes are over. */
interface Ended {
  readonly page: readonly Wanted[];
  /** Links of which nothing could be taken back. */
  readonly missing: ReadonlyMap<string, LeftReason>;
  /** The other links as they are now, planned once more: what is still planned was not done. */
  readonly left: readonly Planned[];
}

/** Notes the fields of a page that are left as they are, each with its reason, for the report. */
export async function leave(work: SliceWork, { page, missing, left }: Ended): Promise<void> {
  const ended = new Map(left.map((one) => [one.state.link.id, one]));
  const groups = new Map<LeftReason, Operation[]>();
  const note = (why: LeftReason, operation: Operation): unknown => groups.set(why, [...(groups.get(why) ?? []), operation]);
  for (const wanted of page) {
    const one = ended.get(wanted.linkId);
    if (one === undefined) {
      const why = missing.get(wanted.linkId) ?? 'record-gone';
      for (const field of fieldsOf(wanted)) note(why, operationOf(work, wanted, field));
      continue;
    }
    const { plan, left: fields } = planWhole(work, wanted, one);
    for (const field of fields) note(field.why, operationOf(work, wanted, field));
    const isHeld = (change: FieldChange): boolean =>
      one.plan.held.some((effect) => effect.change.field === change.field && effect.change.action === change.action);
    for (const change of plan.changes.filter((planned) => !isHeld(planned)))
      note('refused', operationOf(work, wanted, { change, side: change.action === 'writeOfficernd' ? 'officernd' : 'hubspot' }));
  }
  for (const [why, operations] of groups) await work.store.operations.leave(work.run.id, operations, why);
}

/** The plan of a link with everything in it that a vendor has refused or a brake holds. */
const planWhole = (work: SliceWork, wanted: Wanted, { state }: Planned): UndoPlan =>
  wanted.plan({ ...inputOf(work, state), wasRefused: () => false, isHeld: () => false });

type Listed = Pick<LeftField, 'side' | 'change'>;

/** The fields of a link whose records could not be looked at. */
const fieldsOf = ({ writes, conflicts }: Wanted): readonly Listed[] => [
  ...writes.map(({ side, field, before }): Listed => ({
    side,
    change: { ...unknown, field, rule: 'X1', action: side === 'officernd' ? 'writeOfficernd' : 'writeHubspot', after: before },
  })),
  ...conflicts.map(({ field, hubspot }): Listed => ({
    side: 'officernd',
    change: { ...unknown, field, rule: 'D2', action: 'writeOfficernd', after: hubspot },
  })),
];

const unknown = { base: null, officernd: null, hubspot: null } as const;

const operationOf = (work: SliceWork, { linkId, officerndId, hubspotId }: Wanted, { side, change }: Listed): Operation => ({
  id: `left/${side}/${linkId}/${change.field}`,
  phase: 'update',
  entity: work.input.entity,
  kind: side === 'officernd' ? 'updateOfficernd' : 'updateHubspot',
  officerndId,
  hubspotId,
  fields: [change],
  reason: leftAs(change.rule === 'D2' ? 'D2' : 'X1'),
});

/** D2: notes the values that have been taken back. A preview has its own store, and takes nothing back. */
export async function noteTakenBack(work: SliceWork, { page, left }: Ended, journal: TenantStore): Promise<void> {
  if (work.run.mode === 'preview') return;
  const ended = new Map(left.map((one) => [one.state.link.id, one]));
  const ids = page.flatMap((wanted) => {
    const one = ended.get(wanted.linkId);
    if (one === undefined || wanted.conflicts.length === 0) return [];
    const { plan, left: fields } = planWhole(work, wanted, one);
    const open = new Set([...plan.changes, ...fields.map(({ change }) => change)].map(({ field }) => field));
    return wanted.conflicts.filter(({ field }) => !open.has(field)).map(({ id }) => id);
  });
  await journal.conflicts.noteTakenBack(ids, work.run.id);
}
