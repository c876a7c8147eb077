import { officerndEventTypes } from '../../../domain/hints/officernd-push';
import { planWebhook } from '../../../domain/hints/plan-webhook';

const place = { address: 'https://sync.example.com', path: '/hooks/officernd/acme' };
const url = 'https://sync.example.com/hooks/officernd/acme';
const ours = { id: 'w1', url, eventTypes: officerndEventTypes, isEnabled: true };
const others = { id: 'w2', url: 'https://other.example.com/hook', eventTypes: ['invoice.created'], isEnabled: false };

test('an address that OfficeRnD does not call yet is registered', () => {
  expect(planWebhook([others], place)).toEqual({ kind: 'register', url });
  expect(planWebhook([{ ...ours, url: `${url}2` }], place)).toEqual({ kind: 'register', url });
});

test('a webhook that is as it should be stays, also with more events', () => {
  const more = { ...ours, url: `${url}/`, eventTypes: [...officerndEventTypes, 'invoice.created'] };
  expect(planWebhook([others, more], place)).toEqual({ kind: 'keep', url: `${url}/` });
});

test('one that is switched off or lacks events is corrected, and loses none of its events', () => {
  expect(planWebhook([{ ...ours, isEnabled: false }], place)).toMatchObject({ kind: 'correct', id: 'w1' });
  const eventTypes = ['invoice.created', 'company.created'];
  expect(planWebhook([{ ...ours, eventTypes }], place)).toEqual({
    kind: 'correct',
    id: 'w1',
    url,
    eventTypes: ['invoice.created', 'company.created', ...officerndEventTypes.filter((type) => type !== 'company.created')],
  });
});

test('without an address of ours, a webhook is known by its path, and none is registered', () => {
  expect(planWebhook([others, ours], { ...place, address: null })).toEqual({ kind: 'keep', url });
  expect(planWebhook([others], { ...place, address: null })).toEqual({ kind: 'address-unknown' });
});
