import { otherSide } from '../../domain/entity';
import type { Side } from '../../domain/entity';
import { writtenBy } from '../../domain/operation';
import type { FieldChange, Operation } from '../../domain/operation';
import type { UpdatePlan } from '../../domain/plan-update';
import { isUnreadIn } from '../../domain/unread';
import { canonical, rawOf } from '../../domain/values';
import { hashOf } from '../../store/content-hash';
import type { Written } from './link-state';
import { isBinding } from '../slice/listed-effects';
import type { SliceWork } from '../slice/run-slice';

/** The operations in which phase 3 notes its writes. */

/**
 * The operations of a plan: one for each side that it writes.
 * @param isBinding whether the list has to be whole: then the link id stands beside the fields, too
 */
export function updateOperations(plan: UpdatePlan, isBinding: boolean): readonly Operation[] {
  const { link } = plan;
  // Operations that take something back are known by it.
  const reason = plan.changes.find(({ rule }) => rule === 'X1' || rule === 'D2')?.rule ?? 'merge';
  const base = { phase: 'update', entity: link.entity, officerndId: link.officerndId, hubspotId: link.hubspotId, reason } as const;
  const of = (kind: 'updateOfficernd' | 'updateHubspot', side: Side, action: string, changes: object): readonly Operation[] => {
    if (Object.keys(changes).length === 0) return [];
    const fields = plan.changes.filter((change) => change.action === action);
    // Without a mapped field, only the link id is written (L14). The list of operations shows that.
    const showsLinkId = side === 'officernd' && plan.linkIdChange !== null && (fields.length === 0 || isBinding);
    return [
      {
        ...base,
        id: operationId(plan, side),
        kind,
        fields: showsLinkId ? [...fields, plan.linkIdChange] : fields,
        ...(side === 'officernd' && plan.linkIdChange !== null && { linkIdBefore: linkIdIn(plan.linkIdChange) }),
      },
    ];
  };
  return [
    ...of('updateOfficernd', 'officernd', 'writeOfficernd', plan.officerndChanges),
    ...of('updateHubspot', 'hubspot', 'writeHubspot', plan.hubspotChanges),
  ];
}

/** The link id that a record carries before it gets another one. */
const linkIdIn = ({ officernd }: FieldChange): string | null => (typeof officernd === 'string' ? officernd : null);

/** The same write of the same values has the same id, so that a repeated attempt adds no operation. */
export const operationId = (plan: UpdatePlan, side: Side): string =>
  `update/${side}/${plan.link.id}/${hashOf(side === 'officernd' ? plan.officerndChanges : plan.hubspotChanges).slice(0, 12)}`;

/**
 * The changes of writes of which a vendor has made another value (M7), by operation, with that value. An undo compares with it (X1).
 */
export function rewrittenBy(work: SliceWork, side: Side, written: readonly Written[]): ReadonlyMap<string, Operation['fields']> {
  const action = side === 'officernd' ? 'writeOfficernd' : 'writeHubspot';
  return new Map(
    written.flatMap(({ before: { plan }, after, outcomes }): (readonly [string, Operation['fields']])[] => {
      if (outcomes[side]?.kind !== 'written') return [];
      const operation = updateOperations(plan, isBinding(work.run)).find(
        ({ kind }) => kind === (side === 'officernd' ? 'updateOfficernd' : 'updateHubspot'),
      );
      if (operation === undefined) return [];
      const fields = operation.fields.map((change) => {
        const field = work.fields.find(({ key }) => key === change.field);
        if (field === undefined || change.action !== action || isUnreadIn(field, after[side])) return change;
        const is = rawOf(field, side, after[side].values);
        const from = change.after === undefined ? otherSide(side) : side;
        const isAsSent = canonical(field, side, is, work.context) === canonical(field, from, writtenBy(change), work.context);
        return isAsSent ? change : { ...change, after: is };
      });
      return fields.every((change, index) => change === operation.fields[index]) ? [] : [[operation.id, fields]];
    }),
  );
}
