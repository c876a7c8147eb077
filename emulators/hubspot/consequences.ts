import { formatInstant } from './instant';
import type { ObjectType } from './object-type';
import type { PipelineStore } from './pipeline-store';
import { bareHost } from './property-value';
import type { HubSpotSettings } from './settings';

interface ConsequenceInput {
  readonly type: ObjectType;
  /** The values before the write. Empty for a new record. */
  readonly before: ReadonlyMap<string, string>;
  readonly changes: ReadonlyMap<string, string>;
  readonly isNew: boolean;
  readonly nowMs: number;
  readonly settings: HubSpotSettings;
  readonly pipelines: PipelineStore;
}

/** The values that HubSpot sets by itself after a write: probability and flags of a stage, close date, defaults, website, domain. */
export function consequencesOf(input: ConsequenceInput): ReadonlyMap<string, string> {
  switch (input.type) {
    case 'deals':
      return dealConsequences(input);
    case 'companies':
      return companyConsequences(input);
    case 'contacts':
      return contactConsequences(input);
  }
}

function dealConsequences({ before, changes, isNew, nowMs, settings, pipelines }: ConsequenceInput): ReadonlyMap<string, string> {
  const set = new Map<string, string>();
  const after = (name: string): string => set.get(name) ?? changes.get(name) ?? before.get(name) ?? '';
  const stageId = after('dealstage');
  const moved = isNew || (changes.has('dealstage') && stageId !== before.get('dealstage'));
  const stage = pipelines.findStage(stageId, after('pipeline')) ?? pipelines.findStage(stageId);
  if (stage !== undefined) {
    const closed = stage.metadata.isClosed === 'true';
    const stageProbability = Number(stage.metadata.probability ?? '0');
    if (moved && !changes.has('hs_deal_stage_probability')) set.set('hs_deal_stage_probability', String(stageProbability));
    set.set('hs_is_closed', String(closed));
    set.set('hs_is_closed_won', String(closed && stageProbability === 1));
    set.set('hs_is_closed_lost', String(closed && stageProbability === 0));
    const setsDate = closed && moved && (isNew ? settings.closeDateOnCreate : settings.closeDateOnClose);
    if (setsDate && !changes.has('closedate')) set.set('closedate', formatInstant(nowMs, settings.dropZeroMs));
  }
  const amount = after('amount');
  set.set('amount_in_home_currency', amount);
  set.set('hs_projected_amount', amount === '' ? '' : String(Number(amount) * Number(after('hs_deal_stage_probability') || '0')));
  set.set('hs_closed_amount', after('hs_is_closed_won') === 'true' ? amount || '0' : '0');
  return set;
}

function companyConsequences({ changes, isNew, settings }: ConsequenceInput): ReadonlyMap<string, string> {
  const set = new Map<string, string>();
  if (!isNew) return set;
  const domain = changes.get('domain') ?? '';
  const website = changes.get('website') ?? '';
  if (settings.websiteFromDomain && domain !== '' && website === '') set.set('website', domain);
  if (settings.domainFromWebsite && domain === '' && website !== '') set.set('domain', bareHost(website));
  if (settings.defaultLifecycleStage !== null && !changes.has('lifecyclestage')) set.set('lifecyclestage', settings.defaultLifecycleStage);
  return set;
}

function contactConsequences({ before, changes, isNew, settings }: ConsequenceInput): ReadonlyMap<string, string> {
  const after = (name: string): string => changes.get(name) ?? before.get(name) ?? '';
  const email = after('email');
  const set = new Map<string, string>([
    ['hs_email_domain', email.split('@')[1] ?? ''],
    ['hs_full_name_or_email', [after('firstname'), after('lastname')].filter((part) => part !== '').join(' ') || email],
    ['hs_is_contact', 'true'],
  ]);
  if (isNew && settings.defaultLifecycleStage !== null && !changes.has('lifecyclestage'))
    set.set('lifecyclestage', settings.defaultLifecycleStage);
  return set;
}
