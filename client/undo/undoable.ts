import type { Entity } from '../../domain/entity';
import { readNamedId } from '../../domain/named-id';
import type { UndoneRun } from '../../domain/undoing';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import { UndoRefusedError } from './refused';

/** The stored run that is to be undone. Throws `UndoRefusedError` where it can't be. */
export async function requireUndoable(kept: TenantStore, tenant: string, { run }: UndoneRun): Promise<Run> {
  const found = await kept.runs.get(run);
  if (found === null) {
    if ((await kept.preview().runs.get(run)) !== null)
      throw new UndoRefusedError('preview', `Run ${run} was a preview: it has changed nothing.`);
    throw new UndoRefusedError('unknown-run', `${tenant} has no run ${run}; "orsync runs ${tenant}" lists those there are.`);
  }
  if (found.state === 'running' || found.state === 'blocked')
    throw new UndoRefusedError('under-way', `Run ${run} has not ended yet; wait for it, or end it with "orsync cancel ${tenant}".`);
  if ((await kept.operations.count(run, { state: 'applied' })) === 0)
    throw new UndoRefusedError(
      'nothing',
      `Nothing of run ${run} can be taken back: it has changed nothing, or its journal is not kept any more ("history.days" of the tenant file).`,
    );
  return found;
}

/**
 * The same demand with the id of the HubSpot record. The journal names a record that a run has created by that id alone. An id without a link
 * stays as it is.
 */
export async function withHubSpotId(kept: TenantStore, what: UndoneRun, entities: readonly Entity[]): Promise<UndoneRun> {
  if (what.id === undefined) return what;
  const named = readNamedId(what.id);
  if (named.kind === 'pair') return { ...what, id: named.hubspotId };
  if (named.side === 'hubspot') return { ...what, id: named.id };
  const { id } = named;
  for (const entity of entities) {
    const active = (await kept.links.activeByOfficerndIds(entity, [id])).get(id);
    const [retired] = (await kept.links.retiredOf(entity, { officerndIds: [id], hubspotIds: [] })).toSorted((one, other) =>
      one.pairedAt < other.pairedAt ? 1 : -1,
    );
    const link = active ?? retired;
    if (link !== undefined) return { ...what, id: link.hubspotId };
  }
  return what;
}
