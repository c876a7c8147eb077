import type { FieldMapping } from '../../domain/field-mapping';
import type { Link } from '../../domain/link';
import { pairId } from '../../domain/link';
import type { Candidate } from '../../domain/match';
import type { Observation } from '../../domain/observation';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { standardFields } from '../../domain/standard-fields';
import { entities } from '../../domain/entity';

/** Builders for the tests of the planners. A test gives what it is about, the rest is ordinary. */

export const PORTAL = '42';

export const statuses = { statusByStage: { new: 'open', talk: 'open', won: 'closed' }, stageByStatus: { open: 'new', closed: 'won' } };

export const anObservation = (given: Partial<Observation> = {}): Observation => ({
  side: 'hubspot',
  entity: 'company',
  id: '1',
  values: {},
  keys: { emails: [], name: null },
  parents: { companies: [], members: [] },
  linkId: null,
  locationId: null,
  mergedIds: [],
  createdAt: '2025-01-01T00:00:00Z',
  modifiedAt: '2025-01-01T00:00:00Z',
  ...given,
});

export const aLink = (given: Partial<Link> = {}): Link => {
  const { entity = 'company', officerndId = 'o1', hubspotId = '1' } = given;
  return {
    id: pairId(entity, officerndId, hubspotId),
    entity,
    officerndId,
    hubspotId,
    state: 'active',
    reason: null,
    origin: 'name',
    linkedAt: '2025-01-01T00:00:00Z',
    pairedAt: '2025-01-01T00:00:00Z',
    ...given,
  };
};

export const aCandidate = (id: string, given: Partial<Candidate> = {}): Candidate => ({
  id,
  emails: [],
  name: null,
  parents: [],
  createdAt: `2025-01-01T00:00:00Z`,
  ...given,
});

export const aTextField = (key: string, given: Partial<FieldMapping> = {}): FieldMapping => ({
  entity: 'company',
  key,
  officernd: key,
  hubspot: [key],
  type: 'text',
  direction: '↔',
  standard: false,
  readOnly: { officernd: false, hubspot: false },
  drift: 'report',
  neverErase: false,
  ...given,
});

export const aMapping = (given: Partial<TenantMapping> = {}): TenantMapping => ({
  tenant: 'acme',
  portalId: PORTAL,
  timeZone: 'UTC',
  reading: { fullEveryHours: 24 },
  historyDays: 90,
  entities,
  fields: entities.flatMap(standardFields),
  statuses,
  pipelineId: 'sales',
  matching: { ambiguous: 'review', emailsDiffer: 'review' },
  creation: { filter: [], locations: { available: ['here'], property: null, byValue: {}, defaultId: null }, memberNeedsEmail: false },
  brakes: { unlinkCount: 10, unlinkShare: 0.05, createsPerRun: 1000 },
  ...given,
});
