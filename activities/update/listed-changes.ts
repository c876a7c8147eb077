import type { Side } from '../../domain/entity';
import { effectsOf } from '../../domain/listed-effect';
import type { Link } from '../../domain/link';
import type { FieldChange, Operation } from '../../domain/operation';
import type { OpenLink } from '../../store/comparisons';
import { listedHash } from '../../store/content-hash';
import { listedAmong } from '../slice/listed-effects';
import type { SliceWork } from '../slice/run-slice';

/** Phase 3 of a run that applies a preview: each change of a field is made if the preview lists just that one. */

/** Loads what the applied preview lists for these links. Returns whether a change of one of them is listed. */
export async function listedChanges(
  work: SliceWork,
  links: readonly OpenLink[],
): Promise<(link: OpenLink, side: Side, change: FieldChange) => boolean> {
  const listed = await listedAmong(
    work,
    'update',
    links.map(({ hubspotId }) => hubspotId),
  );
  return (link, side, change) => {
    const isNew = link.origin === 'created' && link.linkedRun === work.run.id;
    return effectsOf(changeOperation(link, side, change), isNew).every((effect) => listed.has(listedHash(effect)));
  };
}

/** A change as an operation of its own, in the form in which a write is journalled. */
export const changeOperation = ({ id, entity, officerndId, hubspotId }: Link, side: Side, change: FieldChange): Operation => ({
  id: `unlisted/${id}/${side}/${change.field}`,
  phase: 'update',
  entity,
  kind: side === 'officernd' ? 'updateOfficernd' : 'updateHubspot',
  officerndId,
  hubspotId,
  fields: [change],
  reason: 'merge',
});
