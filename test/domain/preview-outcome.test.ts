import type { ListedEffect } from '../../domain/listed-effect';
import { undoneReasonOf } from '../../domain/preview-outcome';
import type { EffectFacts } from '../../domain/preview-outcome';

const facts: EffectFacts = {
  same: null,
  others: [],
  link: 'none',
  isHubSpotThere: true,
  isOfficerndThere: true,
  isInReview: false,
  hasFailed: false,
  isRunOver: true,
  isStale: false,
};

const effect = (part: Partial<ListedEffect>): ListedEffect => ({
  phase: 'update',
  entity: 'member',
  kind: 'updateOfficernd',
  officerndId: 'o1',
  hubspotId: '7',
  reason: 'merge',
  fields: [{ field: 'phone', base: null, officernd: '1', hubspot: '2', rule: 'M3', action: 'writeOfficernd' }],
  ...part,
});
const update = effect({});
const unlink = effect({ phase: 'unlink', kind: 'unlink', reason: 'U1', fields: [] });
const link = effect({ phase: 'link', kind: 'link', reason: 'L3 email', fields: [] });
const create = effect({ phase: 'link', kind: 'create', officerndId: null, reason: 'L6' });
const held = (kind: ListedEffect['kind'], field?: string) => ({
  kind,
  state: 'held' as const,
  fields: field === undefined ? [] : [{ field }],
});

test.each<[string, ListedEffect, Partial<EffectFacts>, string | null]>([
  ['what was done', update, { same: 'applied' }, null],
  ['what a stale preview lists', update, { isStale: true }, 'stale'],
  ['a creation without an answer', create, { same: 'calling' }, 'pending'],
  ['what a vendor has refused', update, { same: 'failed', hasFailed: true }, 'refused'],
  ['what became untrue at the last moment', unlink, { same: 'failed', link: 'this-pair' }, 'back'],
  ['what a broken-off run has not come to', update, { isRunOver: false }, 'run-ended'],
  ['a field with another value', update, { others: [held('updateOfficernd', 'phone')], link: 'this-pair' }, 'changed'],
  ['a field beside one with another value', update, { others: [held('updateOfficernd', 'email')], link: 'this-pair' }, 'no-longer'],
  ['a creation where a link would be made', create, { others: [held('link')] }, 'changed'],
  ['a link that would have another partner', link, { others: [held('link')] }, 'changed'],
  ['a link that is there', link, { link: 'this-pair' }, 'already'],
  ['a link of a record that is linked otherwise', link, { link: 'another' }, 'linked-otherwise'],
  ['a link without its HubSpot record', link, { isHubSpotThere: false }, 'hubspot-gone'],
  ['a link without its OfficeRnD record', link, { isOfficerndThere: false }, 'officernd-gone'],
  ['a link that waits for a person', link, { isInReview: true }, 'review'],
  ['a creation of a record that is gone', create, { isHubSpotThere: false }, 'hubspot-gone'],
  ['a creation of a record that is linked', create, { link: 'another' }, 'already'],
  ['a creation that OfficeRnD would refuse', create, { hasFailed: true }, 'refused'],
  ['an unlink whose HubSpot record is back', unlink, { link: 'this-pair' }, 'back'],
  ['an unlink whose OfficeRnD record is back', { ...unlink, reason: 'U5' }, { link: 'this-pair' }, 'back'],
  ['an unlink that is done', unlink, { isHubSpotThere: false }, 'already'],
  ['a stray link id whose record is back', { ...unlink, reason: 'U7' }, {}, 'back'],
  ['an update of a pair that this run has not linked', update, {}, 'not-linked'],
  ['an update of a pair whose HubSpot record is gone', update, { isHubSpotThere: false }, 'hubspot-gone'],
  ['an update of values that agree by now', update, { link: 'this-pair' }, 'no-longer'],
])('P2 the reason why %s was not done', (_what, one, known, expected) => {
  expect(undoneReasonOf(one, { ...facts, ...known })).toBe(expected);
});
