import { creationParents } from '../../domain/creation-parents';
import type { Observation } from '../../domain/observation';
import { planCreate } from '../../domain/plan-create';
import type { CreatePlan } from '../../domain/plan-create';
import { creationHash } from '../../store/refusal-hashes';
import { linkedParents } from './candidates';
import { pendingAmong } from './late-effect';
import type { SliceWork } from '../slice/run-slice';

/** The decision whether and with what a HubSpot record is created. */
export interface CreateDecision {
  readonly observation: Observation;
  readonly plan: CreatePlan;
  /** Hash of the data and the configuration that decided. While it stays the same, a refused record is not sent again (L6). */
  readonly dataHash: string;
}

/** Decides for unmatched HubSpot records whether and with what each is created. */
export async function decideCreations(work: SliceWork, observations: readonly Observation[]): Promise<readonly CreateDecision[]> {
  const { store, run, input, mapping, context } = work;
  const rulings = await work.rulings();
  const linked = await linkedParents(work, observations);
  const companyIds = observations.flatMap(({ parents }) => parents.companies.flatMap((id) => linked.companies.get(id) ?? []));
  const companies = await store.observations.byIds(run.generation, 'officernd', 'company', companyIds);
  const isDeal = input.entity === 'opportunity';
  const unlinked = (of: keyof typeof linked) => [
    ...new Set(observations.flatMap(({ parents }) => parents[of].filter((id) => !linked[of].has(id)))),
  ];
  const pending = {
    companies: await pendingAmong(work, 'company', unlinked('companies')),
    members: isDeal ? await pendingAmong(work, 'member', unlinked('members')) : new Set<string>(),
  };
  return observations.map((observation) => {
    const { parents, isParentPending } = creationParents(observation, { linked, pending });
    const [company] = parents.companies;
    const companyLocationId = company === undefined ? null : (companies.get(company)?.locationId ?? null);
    const facts = { parents, companyLocationId, isParentPending, isDecided: rulings.isToBeCreated(observation.id) };
    const plan = planCreate({ entity: input.entity, hubspot: observation, mapping, context, ...facts });
    return { observation, plan, dataHash: creationHash(observation, { parents, companyLocationId }, run.mappingHash) };
  });
}
