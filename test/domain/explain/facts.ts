import type { HeldEffect, LinkedFacts, PastFailure, PastOperation } from '../../../domain/explain/facts';
import type { ExplainedField } from '../../../domain/explain/fields';
import { explainLink } from '../../../domain/explain/linked';
import type { UnlinkedFacts } from '../../../domain/explain/unlinked';
import type { JsonValue } from '../../../domain/json';
import type { FieldBase, Snapshot } from '../../../domain/link';
import type { Observation } from '../../../domain/observation';
import { reviewOf } from '../../../domain/review';
import { standardFields } from '../../../domain/standard-fields';
import { normaliseEmail, normaliseName } from '../../../domain/values';
import { aLink, aMapping, anObservation, aTextField } from '../records';

type Values = Readonly<Record<string, JsonValue>>;

export const base = (raw: JsonValue, canonical: string | null = typeof raw === 'string' ? raw : null): FieldBase => ({
  officernd: { canonical, raw },
  hubspot: { canonical, raw },
});

/** A linked company with the fields `one` and `two`, as explanations see it. */
export const linkedFacts = (officernd: Values, hubspot: Values, snapshot: Snapshot, given: Partial<LinkedFacts> = {}): LinkedFacts => ({
  tenant: 'acme',
  link: aLink(),
  officernd: anObservation({ side: 'officernd', id: 'o1', values: officernd, linkId: '42-1' }),
  hubspot: anObservation({ values: hubspot }),
  snapshot,
  mapping: aMapping({ fields: [aTextField('one'), aTextField('two')] }),
  unreadPaths: new Set(),
  failures: [],
  held: [],
  operations: [],
  surprises: [],
  ...given,
});

export const aFailure = (given: Partial<PastFailure> = {}): PastFailure => ({
  phase: 'update',
  field: null,
  reason: 'INVALID_OPTION',
  runs: 1,
  lastRun: 'run-1',
  parked: false,
  retryRequested: false,
  stands: true,
  ...given,
});

export const anOperation = (given: Partial<PastOperation> = {}): PastOperation => ({
  id: 'op-1',
  run: 'run-1',
  state: 'applied',
  error: null,
  at: new Date('2025-02-01T00:00:00Z'),
  phase: 'update',
  entity: 'company',
  kind: 'updateHubspot',
  officerndId: 'o1',
  hubspotId: '1',
  fields: [],
  reason: 'merge',
  ...given,
});

export const aHeldEffect = (effect: Partial<HeldEffect['effect']>, by: string | null = null): HeldEffect => ({
  effect: { entity: 'company', kind: 'updateHubspot', officerndId: 'o1', hubspotId: '1', reason: 'M6', fields: [], ...effect },
  proposal: {
    id: 'p1',
    kind: 'erase',
    state: by === null ? 'open' : 'approved',
    approval: by === null ? null : { by, at: new Date('2025-02-01T00:00:00Z'), note: null, afterRunOf: null },
  },
});

/** A member as matching sees it. */
export const aMember = (
  side: Observation['side'],
  id: string,
  name: string,
  email?: string,
  given: Partial<Observation> = {},
): Observation => {
  const halves = { firstname: name.split(' ')[0] ?? '', lastname: name.split(' ').slice(1).join(' ') };
  return anObservation({
    side,
    entity: 'member',
    id,
    values: { ...(side === 'hubspot' ? halves : { name }), ...(email !== undefined && { email }) },
    keys: { emails: email === undefined ? [] : [normaliseEmail(email) ?? ''], name: normaliseName(name) },
    ...given,
  });
};

const aCreation = (given: Partial<UnlinkedFacts['creation']> = {}): UnlinkedFacts['creation'] => ({
  parents: { parents: { companies: [], members: [] }, companyLocationId: null, isParentPending: false },
  isSuppressed: false,
  failures: [],
  linkIdRefusal: null,
  sentAt: null,
  held: [],
  dependsOnHeld: false,
  ...given,
});

/** The first HubSpot record, without a link, and what matching finds around it. */
export const unlinkedFacts = (
  { hubspot, officernd }: Pick<UnlinkedFacts, 'hubspot' | 'officernd'>,
  given: Partial<Omit<UnlinkedFacts, 'creation'>> & { readonly creation?: Partial<UnlinkedFacts['creation']> } = {},
): UnlinkedFacts => {
  const { creation, ...others } = given;
  return {
    tenant: 'acme',
    entity: 'member',
    mapping: aMapping(),
    record: hubspot[0] ?? null,
    hubspot,
    officernd,
    links: [],
    parents: new Map(),
    heldOfficernd: new Set(),
    reviews: [],
    ...others,
    creation: aCreation(creation),
  };
};

/** One field of a link, as it is explained. */
export const explained = (facts: LinkedFacts, key = 'one'): ExplainedField | undefined =>
  explainLink(facts).fields.find((one) => one.field === key);

/** A mapping in which the field `one` is as a test needs it. */
export const mapped = (given: Parameters<typeof aTextField>[1]) => ({
  mapping: aMapping({ fields: [aTextField('one', given), aTextField('two')] }),
});

/** A linked deal of the tenant’s pipeline, unless it says otherwise. */
export const opportunity = (officernd: Values, hubspot: Values, given: Partial<LinkedFacts> = {}): LinkedFacts => ({
  ...linkedFacts({}, {}, {}, given),
  link: aLink({ entity: 'opportunity' }),
  officernd: anObservation({ side: 'officernd', entity: 'opportunity', id: 'o1', values: officernd, linkId: '42-1' }),
  hubspot: anObservation({ entity: 'opportunity', values: { pipeline: 'sales', ...hubspot } }),
  mapping: given.mapping ?? aMapping({ fields: standardFields('opportunity') }),
});

/** A HubSpot member and an OfficeRnD member with one name and one e-mail address. */
export const ann = aMember('hubspot', '1', 'Ann Lee', 'ann@example.com');
export const annO = (given: Partial<Observation> = {}) => aMember('officernd', 'o1', 'Ann Lee', 'ann@example.com', given);

/** A case that waits for a person. */
export const review = (kind: Parameters<typeof reviewOf>[0]['kind'], rule: string, officerndIds: string[], hubspotIds: string[]) =>
  reviewOf({ entity: 'member', kind, rule, officerndIds, hubspotIds });
