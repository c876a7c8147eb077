import { Command } from 'commander';
import { z } from 'zod';
import { matches } from '../../client/undo/conflicts';
import { entities } from '../../domain/entity';
import { asLabel } from '../../domain/printable';
import type { ConflictRecord, NamedConflict } from '../../store/conflicts';
import { exitCodes } from '../exit-codes';
import { recordLines } from '../text/records';
import { valuesBy } from '../text/values';
import type { ValueOf } from '../text/values';
import { loadNames } from '../../client/standing/named-records';
import type { NameRecord } from '../../client/standing/named-records';
import type { FoundRun } from '../../client/runs/find-run';
import { everyItem } from '../../store/paging';
import { tenantName } from './command';
import type { CommandKit } from './command';
import { findNamedRun } from './find-named-run';

const input = z.object({
  tenant: tenantName,
  run: z.string().optional(),
  entity: z.enum(entities).optional(),
  field: z.string().optional(),
  id: z.string().optional(),
});

/** `orsync conflicts`: the values that a run replaced by the other side's (M2, M4), and the differences that stay (M5, M12). Its output may change. */
export const conflictsCommand = ({ action }: CommandKit): Command =>
  new Command('conflicts')
    .description('list the values that a run replaced in a conflict, and the differences that stay')
    .argument('<tenant>')
    .argument('[run]', 'the run’s id (default: the newest run)')
    .option('--entity <entity>', 'only of company, member or opportunity')
    .option('--field <field>', 'only of this field, such as phone')
    .option('--id <id>', 'only of this record; the id of either side')
    .action(
      action(input, async ({ tenant, run, entity, field, id }, context) => {
        const found = await findNamedRun(context, tenant, run);
        const filter = { ...(entity !== undefined && { entity }), ...(field !== undefined && { field }), ...(id !== undefined && { id }) };
        const conflicts = found === null ? [] : (await conflictsOf(found)).filter((one) => matches(one, filter));
        const nameOf = await loadNames(await context.session.store(), tenant, conflicts);
        const valueOf = valuesBy(found?.run.mapping);
        context.terminal.result(
          { tenant, runId: found?.run.id ?? null, conflicts: conflicts.map((conflict) => ({ ...shown(conflict), ...nameOf(conflict) })) },
          () => conflictsText(tenant, conflicts, { nameOf, valueOf }),
        );
        return exitCodes.ok;
      }),
    );

/** A preview's conflicts are those that a real run would have. */
const conflictsOf = ({ run, store }: FoundRun): Promise<readonly NamedConflict[]> =>
  everyItem((request) => store.conflicts.page(run.id, request));

const shown = ({ id, kind, entity, officerndId, hubspotId, field, rule, base, officernd, hubspot, at, takenBackBy }: NamedConflict) => ({
  id,
  kind,
  entity,
  officerndId,
  hubspotId,
  field,
  rule,
  base,
  officernd,
  hubspot,
  at: at.toISOString(),
  takenBackBy: takenBackBy ?? null,
});

function conflictsText(
  tenant: string,
  conflicts: readonly NamedConflict[],
  { nameOf, valueOf }: { readonly nameOf: NameRecord; readonly valueOf: ValueOf },
): string {
  if (conflicts.length === 0) return 'No value was replaced in a conflict, and no difference stays.';
  const list = conflicts.flatMap((conflict) => {
    const { id, kind, entity, field, rule, base, officernd, hubspot, takenBackBy } = conflict;
    const values = [
      `before ${valueOf(entity, field, 'officernd', base)}`,
      `in OfficeRnD ${valueOf(entity, field, 'officernd', officernd)}`,
      `in HubSpot ${valueOf(entity, field, 'hubspot', hubspot)}`,
    ];
    const outcome = takenBackBy === undefined ? outcomeOf(kind, rule) : `taken back (${rule})`;
    return [
      ...recordLines({ ...conflict, ...nameOf(conflict) }, `${entity} · ${outcome}`),
      `    ${asLabel(field)}: ${values.join(', ')}${kind === 'drift' ? '' : ` · conflict ${id}`}`,
    ];
  });
  const isOpen = conflicts.some(({ kind, takenBackBy }) => kind !== 'drift' && takenBackBy === undefined);
  return [...list, ...(isOpen ? [`"orsync take-back ${tenant} ID" writes the value that gave way to both sides.`] : [])].join('\n');
}

function outcomeOf(kind: ConflictRecord['kind'], rule: string): string {
  switch (kind) {
    case 'conflict':
      return `OfficeRnD won (${rule})`;
    case 'first-link':
      return `replaced at first link (${rule})`;
    case 'drift':
      return `stays different (${rule})`;
  }
}
