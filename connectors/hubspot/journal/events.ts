import { z } from 'zod';
import type { Entity } from '../../../domain/entity';
import { hubSpotHint, onePerRecord } from '../../../domain/hints/hint';
import type { Hint } from '../../../domain/hints/hint';
import { entityOfTypeId } from '../../../domain/hubspot-types';
import { INSTALLED, UNINSTALLED } from './lifecycle-events';

/** The news of one portal in a file of the journal. */
export interface JournalNews {
  /** One for each record, in the order of their first events. */
  readonly hints: readonly Hint[];
  /** Events of an unknown form, and those of kinds that concern no record of ours. Those of other portals don't count. */
  readonly ignored: number;
  /** Whether the portal has removed the app, and not installed it again. */
  readonly isUninstalled: boolean;
}

/** Ids come as numbers or as texts. A number that JSON has rounded is none. */
const id = z.union([z.string().regex(/^\d{1,30}$/), z.int().nonnegative().transform(String)]);
const optional = <T>(schema: z.ZodType<T>) => schema.optional().catch(undefined);

const eventSchema = z.object({
  type: z.string(),
  portalId: id,
  action: optional(z.string()),
  objectTypeId: z.string(),
  objectId: optional(id),
  mergedObjectIds: optional(z.array(id)),
  /** As push webhooks name the records of a merge. */
  primaryObjectId: optional(id),
  newObjectId: optional(id),
  associatedObjectTypeId: optional(z.string()),
  associatedObjectId: optional(id),
});
type JournalEvent = z.output<typeof eventSchema>;

/** Reads events, each by itself: one of an unknown form hides no other. Their values are not used (T1). */
export function newsOf(
  events: readonly unknown[],
  { portalId, entities }: { readonly portalId: string; readonly entities: readonly Entity[] },
): JournalNews {
  const hints: Hint[] = [];
  let ignored = 0;
  let isUninstalled = false;
  for (const raw of events) {
    const event = eventSchema.safeParse(raw).data;
    if (event !== undefined && event.portalId !== portalId) continue;
    if (event?.objectTypeId === UNINSTALLED || event?.objectTypeId === INSTALLED) {
      isUninstalled = event.objectTypeId === UNINSTALLED;
      continue;
    }
    const told = event === undefined ? [] : hintsOf(event).filter(({ entity }) => entities.includes(entity));
    if (told.length === 0) ignored += 1;
    hints.push(...told);
  }
  return { hints: onePerRecord(hints), ignored, isUninstalled };
}

const GONE: ReadonlySet<string> = new Set(['DELETE', 'GDPR_DELETE']);

function hintsOf(event: JournalEvent): readonly Hint[] {
  const { type, action = '', objectId } = event;
  const entity = entityOfTypeId(event.objectTypeId);
  if (type === 'association') {
    // Both ends: a member's company is the member's parent, and HubSpot tells a link from either end.
    const { associatedObjectTypeId, associatedObjectId } = event;
    return [...hubSpotHint(entity, objectId, false), ...hubSpotHint(entityOfTypeId(associatedObjectTypeId), associatedObjectId, false)];
  }
  // An erasure is a subscription of its own, whose events may have a type of their own.
  if (type !== 'crmObject' && action !== 'GDPR_DELETE') return [];
  if (action !== 'MERGE') return hubSpotHint(entity, objectId, GONE.has(action));
  const { mergedObjectIds = [], primaryObjectId, newObjectId } = event;
  const survivor = newObjectId ?? objectId;
  const gone = [...mergedObjectIds, primaryObjectId, objectId].filter((one) => one !== undefined && one !== survivor);
  return [...hubSpotHint(entity, survivor, false), ...[...new Set(gone)].flatMap((one) => hubSpotHint(entity, one, true))];
}
