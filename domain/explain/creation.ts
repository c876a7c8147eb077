import type { Entity } from '../entity';
import type { Link } from '../link';
import type { Observation } from '../observation';
import { isCreationPaused } from '../paused';
import { passesFilter, planCreate } from '../plan-create';
import type { CreateInput, SkipReason } from '../plan-create';
import { isWaitingFor, noRulings } from '../rulings';
import type { Rulings } from '../rulings';
import { LATE_EFFECT_MINUTES } from '../tenant-mapping';
import type { TenantMapping } from '../tenant-mapping';
import type { Matching } from './candidates';
import type { HeldEffect, PastFailure } from './facts';
import { whyOnList } from './fields';
import { because, retryCommand } from './words';
import type { Reason } from './words';

/** Everything that decides whether a HubSpot record is created in OfficeRnD. */
export interface CreationFacts {
  readonly tenant: string;
  readonly entity: Entity;
  readonly hubspot: Observation;
  readonly mapping: TenantMapping;
  readonly parents: Pick<CreateInput, 'parents' | 'companyLocationId' | 'isParentPending'>;
  /** The outcome of matching, which comes before (L2–L5). */
  readonly outcome: ReturnType<Matching['outcomeOf']>;
  readonly isSuppressed: boolean;
  /** Failures of its creation. */
  readonly failures: readonly PastFailure[];
  /** OfficeRnD's refusal of the link id of every record of the entity (L6). */
  readonly linkIdRefusal: PastFailure | null;
  /** An earlier creation without an answer (L12), in ISO 8601. */
  readonly sentAt: string | null;
  readonly held: readonly HeldEffect[];
  /** D1: what people have decided about records of this entity. @default nothing */
  readonly rulings?: Rulings;
  /** X2: the link of the record that an undo has taken back. @default none */
  readonly takenBack?: Pick<Link, 'officerndId' | 'hubspotId'>;
  /** Whether a parent, or an OfficeRnD record with the same key, has a link whose end is held (U4). */
  readonly dependsOnHeld: boolean;
}

/** Why a HubSpot record is, or is not, created in OfficeRnD by the next run (L6, L8–L12, U5). */
export function explainCreation(facts: CreationFacts): Reason & { readonly isNext: boolean; readonly said: string | null } {
  const { failures, linkIdRefusal } = facts;
  const before = whyNotTried(facts);
  if (before !== null) return { ...before, isNext: false, said: null };
  const isDecided = facts.rulings?.isToBeCreated(facts.hubspot.id) === true;
  const plan = planCreate({ ...facts, ...facts.parents, isDecided, context: contextOf(facts.mapping) });
  if (plan.kind === 'skip') return { ...whySkipped(plan.reason, plan.rule, facts), isNext: false, said: null };
  const standing = failures.find(({ stands, retryRequested }) => stands && !retryRequested);
  if (standing !== undefined) return { ...whyFailed(facts, standing), isNext: false, said: standing.said ?? null };
  if (linkIdRefusal !== null)
    return {
      ...because('L6', `OfficeRnD refused the link id (${linkIdRefusal.reason}).`, 'add the custom property hubspot_link_id in OfficeRnD'),
      isNext: false,
      said: linkIdRefusal.said ?? null,
    };
  const pending = whyPending(facts);
  if (pending !== null) return { ...pending, isNext: false, said: null };
  const list = facts.held.find(({ effect }) => effect.kind === 'create');
  if (list !== undefined) return { ...whyOnList(facts.tenant, 'L11', 'The creation', list), isNext: false, said: null };
  return isDecided
    ? { ...because('D1', 'A person wants it created, so the next run creates it.'), isNext: true, said: null }
    : { ...because('L6', 'No OfficeRnD record matches, so the next run creates one.'), isNext: true, said: null };
}

/** The reasons that count before the record itself is looked at. */
function whyNotTried(facts: CreationFacts): Reason | null {
  const { tenant, entity, hubspot, outcome, isSuppressed, dependsOnHeld, takenBack, rulings = noRulings } = facts;
  if (outcome !== null && 'officerndId' in outcome)
    return because('L3', `The next run links it to OfficeRnD record ${outcome.officerndId}, so nothing is created.`);
  if (rulings.isIgnored('hubspot', hubspot.id))
    return because('D1', 'A person has decided to ignore it, so it is neither linked nor created.', `orsync decisions ${tenant}`);
  const isDecided = rulings.isToBeCreated(hubspot.id);
  if (!isDecided && rulings.isSetAside('hubspot', hubspot.id))
    return because('D1', 'A person has decided about it, and "orsync decisions" says what became of that.', `orsync decisions ${tenant}`);
  if (takenBack !== undefined && !isDecided)
    return because(
      'X2',
      'The run that had linked it was undone, so it is left alone: it is neither linked by a key nor created.',
      `orsync link ${tenant} ${entity} ${takenBack.officerndId} ${takenBack.hubspotId}, or orsync decide ${tenant} ${entity}/${hubspot.id} create`,
    );
  if (outcome !== null && isWaitingFor(outcome.review, hubspot.id, rulings))
    return because(
      outcome.review.rule.split(' ')[0] ?? outcome.review.rule,
      'It waits for a person, and nothing is created for a record that a person has to decide about.',
      `orsync decide ${tenant} ${outcome.review.id} create`,
    );
  if (isSuppressed && !isDecided)
    return because(
      'U5',
      'Its OfficeRnD record was deleted in OfficeRnD, so it is not created again unless somebody asks for it.',
      retryCommand(tenant, entity, hubspot.id),
    );
  return dependsOnHeld
    ? because('U4', 'A brake holds the end of a link that it may depend on, so it is decided after that.', `orsync status ${tenant}`)
    : null;
}

const whyPending = ({ sentAt, mapping }: CreationFacts): Reason | null =>
  sentAt === null
    ? null
    : because(
        'L12',
        `It was sent to OfficeRnD at ${sentAt} without an answer, and may still come to be; after ${mapping.lateEffectMinutes ?? LATE_EFFECT_MINUTES} minutes OfficeRnD is asked again.`,
      );

function whyFailed({ tenant, entity, hubspot }: CreationFacts, { reason, runs, parked, heldElsewhere }: PastFailure): Reason {
  const retry = retryCommand(tenant, entity, hubspot.id);
  if (heldElsewhere !== undefined || reason.includes('another record'))
    return because(
      'M10',
      `OfficeRnD refused it because another record has one of its values (${reason}); it is sent again when that one changes.`,
      retry,
    );
  return parked
    ? because('A4', `OfficeRnD refused it in ${runs} runs (${reason}), so it is parked until its data change.`, retry)
    : because('L6', `OfficeRnD refused it (${reason}), so it is not sent again until its data or the configuration change.`, retry);
}

function whySkipped(reason: SkipReason, rule: string, { entity, hubspot, mapping }: CreationFacts): Reason {
  switch (reason) {
    case 'paused': {
      const what = (mapping.paused ?? []).find((one) => one.entity === entity && isCreationPaused(entity, [one]));
      return because(rule, `Nothing of this entity is created for now: ${what?.message ?? 'its filter or location is gone.'}`);
    }
    case 'filtered':
      return because(
        rule,
        `create.filter holds it back: ${failedConditions(hubspot, mapping)}.`,
        'change it in HubSpot, or create.filter in the tenant file',
      );
    case 'other-pipeline':
      return because(
        rule,
        "The deal is in another pipeline than the tenant's.",
        'move it in HubSpot, or change opportunities.pipeline in the tenant file',
      );
    case 'unread':
      return because(rule, "HubSpot did not say what the record's name or e-mail is, so it is neither matched nor created.");
    case 'parent-pending':
      return because(rule, 'Its company or contact is being created and OfficeRnD has not answered yet, so it waits for that.');
    case 'no-name':
      return because(rule, 'It has no name, and OfficeRnD needs one.', 'name it in HubSpot');
    case 'no-email':
      return because(rule, 'It has no e-mail address, and create.memberNeedsEmail asks for one.', 'give it one in HubSpot');
    case 'location-unresolved':
      return because(
        rule,
        whyNoLocation(hubspot, mapping),
        'complete locations.map or locations.default in the tenant file, or change it in HubSpot',
      );
    case 'no-linked-parent':
      return because(
        rule,
        hubspot.parents.companies.length + hubspot.parents.members.length === 0
          ? 'The deal has neither a company nor a contact, and OfficeRnD needs one that is linked.'
          : "None of the deal's companies and contacts is linked, and OfficeRnD needs one of them.",
        'give it a company or contact in HubSpot that is linked',
      );
    case 'status-unmapped':
      return because(
        rule,
        `The deal's stage ${textOf(hubspot.values['dealstage'])} stands for no status of OfficeRnD.`,
        'add it to opportunities.statuses in the tenant file',
      );
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' && value !== '' ? `"${value}"` : '(blank)');

/** L10: the conditions that the record does not meet. */
function failedConditions(hubspot: Observation, { creation: { filter } }: TenantMapping): string {
  const failed = filter.filter((condition) => !passesFilter(hubspot, [condition]));
  return failed
    .map(({ property, in: wanted }) => `${property} is ${textOf(hubspot.values[property])}, not ${wanted.join(' or ')}`)
    .join('; ');
}

/** L8: what leads to no location. */
function whyNoLocation(hubspot: Observation, { creation: { locations } }: TenantMapping): string {
  const { property } = locations;
  return property === null
    ? 'The organisation has several locations, and no property or default of the tenant file chooses one.'
    : `${property} is ${textOf(hubspot.values[property])}, which locations.map leads to no single location, and there is no default.`;
}

const contextOf = ({ timeZone, statuses, currency = null }: TenantMapping): CreateInput['context'] => ({ timeZone, statuses, currency });
