import { Command } from 'commander';
import { z } from 'zod';
import { asLabel } from '../../domain/printable';
import type { ConflictRecord } from '../../store/conflicts';
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

const input = z.object({ tenant: tenantName, run: z.string().optional() });

/** `orsync conflicts`: the values that a run replaced by the other side's (M2, M4), and the differences that stay (M5, M12). Its output may change. */
export const conflictsCommand = ({ action }: CommandKit): Command =>
  new Command('conflicts')
    .description('list the values that a run replaced in a conflict, and the differences that stay')
    .argument('<tenant>')
    .argument('[run]', 'the run’s id (default: the newest run)')
    .action(
      action(input, async ({ tenant, run }, context) => {
        const found = await findNamedRun(context, tenant, run);
        const conflicts = found === null ? [] : await conflictsOf(found);
        const nameOf = await loadNames(await context.session.store(), tenant, conflicts);
        const valueOf = valuesBy(found?.run.mapping);
        context.terminal.result(
          { tenant, runId: found?.run.id ?? null, conflicts: conflicts.map((conflict) => ({ ...shown(conflict), ...nameOf(conflict) })) },
          () => conflictsText(conflicts, nameOf, valueOf),
        );
        return exitCodes.ok;
      }),
    );

/** A preview's conflicts are those that a real run would have. */
const conflictsOf = ({ run, store }: FoundRun): Promise<readonly ConflictRecord[]> =>
  everyItem((request) => store.conflicts.page(run.id, request));

const shown = ({ kind, entity, officerndId, hubspotId, field, rule, base, officernd, hubspot, at }: ConflictRecord) => ({
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
});

function conflictsText(conflicts: readonly ConflictRecord[], nameOf: NameRecord, valueOf: ValueOf): string {
  if (conflicts.length === 0) return 'No value was replaced in a conflict, and no difference stays.';
  return conflicts
    .flatMap((conflict) => {
      const { kind, entity, field, rule, base, officernd, hubspot } = conflict;
      const values = [
        `before ${valueOf(entity, field, 'officernd', base)}`,
        `in OfficeRnD ${valueOf(entity, field, 'officernd', officernd)}`,
        `in HubSpot ${valueOf(entity, field, 'hubspot', hubspot)}`,
      ];
      return [
        ...recordLines({ ...conflict, ...nameOf(conflict) }, `${entity} · ${outcomeOf(kind, rule)}`),
        `    ${asLabel(field)}: ${values.join(', ')}`,
      ];
    })
    .join('\n');
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
