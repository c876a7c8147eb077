import { creationParents } from '../../domain/creation-parents';
import type { HubSpotId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import type { Operation } from '../../domain/operation';
import { planCreate } from '../../domain/plan-create';
import type { CreatePlan } from '../../domain/plan-create';
import { stableJson } from '../../domain/stable-json';
import { creationHash } from '../../store/refusal-hashes';
import { linkedParents } from './candidates';
import { pendingAmong } from './late-effect';
import { isBinding } from '../slice/listed-effects';
import type { SliceWork } from '../slice/run-slice';

/** The decision whether and with what a HubSpot record is created. */
export interface CreateDecision {
  readonly observation: Observation;
  readonly plan: CreatePlan;
  /** Hash of the data and the configuration that decided. While it stays the same, a refused record is not sent again (L6). */
  readonly dataHash: string;
  /** Location and HubSpot parents of the new record: part of what a preview binds itself to. */
  readonly place: string;
}

/** Decides for unmatched HubSpot records whether and with what each is created. */
export async function decideCreations(work: SliceWork, observations: readonly Observation[]): Promise<readonly CreateDecision[]> {
  const { store, run, input, mapping, context } = work;
  const rulings = await work.rulings();
  const linked = await linkedParents(work, observations);
  const companyIds = observations.flatMap(({ parents }) => parents.companies.flatMap((id) => linked.companies.get(id) ?? []));
  const companies = await store.observations.byIds(run.generation, 'officernd', 'company', companyIds);
  const [isCompany, isDeal] = [input.entity === 'company', input.entity === 'opportunity'];
  const unlinked = (of: keyof typeof linked) => [
    ...new Set(observations.flatMap(({ parents }) => parents[of].filter((id) => !linked[of].has(id)))),
  ];
  const pending = {
    companies: await pendingAmong(work, 'company', unlinked('companies')),
    members: isDeal ? await pendingAmong(work, 'member', unlinked('members')) : new Set<string>(),
  };
  return observations.map((observation) => {
    const { eligible, parents, isParentPending } = creationParents(observation, { linked, pending });
    const [company] = parents.companies;
    const companyLocationId = company === undefined ? null : (companies.get(company)?.locationId ?? null);
    const facts = { parents, companyLocationId, isParentPending, isDecided: rulings.isToBeCreated(observation.id) };
    const plan = planCreate({ entity: input.entity, hubspot: observation, mapping, context, ...facts });
    const linkedParentOf = (of: keyof typeof linked, ids: readonly HubSpotId[]) => ids.find((id) => linked[of].has(id)) ?? null;
    const hubspotParents = isCompany
      ? [null, null]
      : [linkedParentOf('companies', eligible), isDeal ? linkedParentOf('members', observation.parents.members) : null];
    const place = stableJson([plan.kind === 'create' ? (plan.values['location'] ?? null) : null, ...hubspotParents]);
    return { observation, plan, place, dataHash: creationHash(observation, { parents, companyLocationId }, run.mappingHash) };
  });
}

/** The operation of a creation; none for a record that is not created. */
export const operationOf = (
  { run }: SliceWork,
  { observation, plan, place }: CreateDecision,
  reason: 'L6' | 'D1' = 'L6',
): readonly Operation[] =>
  plan.kind === 'skip'
    ? []
    : [
        {
          id: `create/${observation.entity}/${observation.id}`,
          phase: 'link',
          entity: observation.entity,
          kind: 'create',
          officerndId: null,
          hubspotId: observation.id,
          fields: plan.fields,
          reason,
          ...(isBinding(run) && { place }),
        },
      ];
