import { entities as allEntities } from '../../domain/entity';
import { isEntityPaused } from '../../domain/paused';
import type { TenantMapping } from '../../domain/tenant-mapping';
import type { ConfigurationProblem } from '../configuration-error';
import type { Definitions } from './definitions';
import { resolveCreation } from './creation';
import { resolveFields } from './fields';
import { resolveStatuses } from './statuses';
import { linkDefinitions } from './officernd-paths';
import { budgetWarnings, linkPropertyWarnings } from './warnings';
import type { WhenGone } from './when-gone';
import type { TenantConfig } from '../tenant-config';
import { isTimeZone } from '../time-zone';

/** A mapping without problems. */
export interface CheckedMapping {
  readonly ok: true;
  readonly mapping: TenantMapping;
  /** They are shown, but do not stop anything. */
  readonly warnings: readonly ConfigurationProblem[];
  /** The configuration to store: its rules name the entities in which their properties are now, so that a run notices when one goes (V3). */
  readonly config: TenantConfig;
}

export type ResolvedMapping =
  | CheckedMapping
  /** All problems, for one `ConfigurationError`. */
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/**
 * Resolves a tenant's configuration with both vendors' definitions to the mapping of a run. Names become ids, and types are inferred. All
 * problems are returned together. With `pause`, fields that a vendor lacks are left out instead (V3). Pure: the same input gives the same mapping, in whatever order the vendors list their definitions.
 */
export function resolveMapping(config: TenantConfig, definitions: Definitions, whenGone: WhenGone = 'refuse'): ResolvedMapping {
  const configured = allEntities.filter((entity) => config.entities.includes(entity));
  const fields = configured.map((entity) => resolveFields(entity, config, definitions, whenGone));
  const creation = resolveCreation({ config, definitions, whenGone });
  const statuses = configured.includes('opportunity') ? resolveStatuses(config, definitions, whenGone) : noStatuses(config);
  const paused = [...fields.flatMap((resolved) => resolved.paused), ...statuses.paused, ...creation.paused];
  const entities = configured.filter((entity) => !isEntityPaused(entity, paused));
  const zone = resolveTimeZone(config, definitions);
  const parts = [...fields, statuses, creation, zone];
  const problems = [
    ...wrongPortal(config, definitions),
    ...parts.flatMap((part) => part.problems),
    // With nothing left to keep in step, the run waits for a person.
    ...(entities.length > 0 ? [] : paused.map(({ entity, message }) => ({ setting: `entities.${entity}`, message }))),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const defined = linkDefinitions(entities, definitions.officernd.customProperties);
  const mapping: TenantMapping = {
    tenant: config.tenant,
    portalId: config.hubspot.portalId,
    timeZone: zone.timeZone,
    entities,
    fields: fields.flatMap((resolved) => resolved.fields).filter(({ entity }) => entities.includes(entity)),
    ...(paused.length > 0 && { paused }),
    statuses: statuses.statuses,
    currency: config.opportunities.currencies === 'any' ? null : (definitions.hubspot.account?.companyCurrency ?? null),
    pipelineId: statuses.pipelineId,
    // Left out by default, so that the hash of a mapping without it stays the same.
    ...(config.links.show ? {} : { showsLinks: false }),
    matching: config.matching,
    creation: creation.creation,
    linkDefinitions: defined,
    lateEffectMinutes: config.officernd.lateEffectMinutes,
    brakes: {
      unlinkCount: config.brakes.unlink.count,
      unlinkShare: config.brakes.unlink.share,
      createsPerRun: config.brakes.createsPerRun,
      eraseCount: config.brakes.erase.count,
      eraseShare: config.brakes.erase.share,
      firstLinkCount: config.brakes.firstLink.count,
      firstLinkShare: config.brakes.firstLink.share,
    },
    reading: { fullEveryHours: config.incremental.fullEveryHours, ...(config.incremental.readLinked === true && { readsLinked: true }) },
    historyDays: config.history.days,
  };
  return {
    ok: true,
    mapping,
    config: creation.expecting,
    warnings: [...parts.flatMap((part) => part.warnings), ...linkPropertyWarnings(entities, defined), ...budgetWarnings(config)],
  };
}

const noStatuses = ({ opportunities }: TenantConfig) => ({
  pipelineId: opportunities.pipeline,
  statuses: { statusByStage: {}, stageByStatus: {} },
  paused: [],
  problems: [],
  warnings: [],
});

/** Link ids contain the portal's number. With a wrong number, every link would look like one of another portal (L2, U7). */
function wrongPortal({ hubspot }: TenantConfig, definitions: Definitions): readonly ConfigurationProblem[] {
  const portalId = definitions.hubspot.account?.portalId;
  if (portalId === undefined || portalId === hubspot.portalId) return [];
  return [
    { setting: 'hubspot.portalId', message: `the token belongs to portal ${portalId}; correct the number or use that portal’s token` },
  ];
}

function resolveTimeZone({ timeZone }: TenantConfig, { hubspot }: Definitions) {
  const portals = hubspot.account?.timeZone;
  if (timeZone !== null) return { timeZone, problems: [], warnings: [] };
  if (portals !== undefined && isTimeZone(portals)) return { timeZone: portals, problems: [], warnings: [] };
  return {
    timeZone: 'UTC',
    problems: [],
    warnings: [{ setting: 'timeZone', message: 'HubSpot names no time zone, so dates are read in UTC; set one to change that' }],
  };
}
