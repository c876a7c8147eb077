import { judgeTenant } from '../../../workers/doctor/tenant';
import type { ScheduleFacts, TenantFacts } from '../../../workers/doctor/tenant';
import { testSetUps } from './judged';
import type { SetUp } from './judged';

/** Broken set-ups, each with the sentence that `orsync doctor` finds for it, and its verdict. */

const NOW_MS = Date.UTC(2030, 4, 1, 12);

const healthyTenant: TenantFacts = {
  tenant: 'acme',
  lastRun: { state: 'completed', startedAt: new Date(NOW_MS), trouble: null },
  openProposals: 0,
  links: { active: 12, changed: 0, otherPortal: 0 },
  feeds: [],
  now: new Date(NOW_MS),
  schedules: [],
};
const aSchedule = (more: Partial<ScheduleFacts>): ScheduleFacts => ({
  id: 'nightly',
  paused: false,
  isOver: false,
  lastAction: { at: new Date(NOW_MS), workflowId: 'nightly-0', end: 'well' },
  ...more,
});
const tenant = (more: Partial<TenantFacts>) => judgeTenant({ ...healthyTenant, ...more });
const run = (state: 'blocked' | 'failed', message: string) => ({
  lastRun: { state, startedAt: new Date(NOW_MS), trouble: { kind: 'unauthorized', message, setting: 'hubspot.accessToken' } },
});

const broken: readonly SetUp[] = [
  [
    'a blocked run',
    tenant(run('blocked', 'HubSpot answered 401.')),
    'The run of 2030-05-01 12:00 UTC is blocked: HubSpot answered 401. Correct it, then go on with "orsync resume acme".',
    'wrong',
  ],
  [
    'a failed run',
    tenant(run('failed', 'OfficeRnD did not answer for 12 hours.')),
    'The run of 2030-05-01 12:00 UTC failed: OfficeRnD did not answer for 12 hours. "orsync report acme" shows what it did, and "orsync sync acme" goes on.',
    'well',
  ],
  [
    'a feed that does not get on',
    tenant({ feeds: [{ name: 'journal', place: null, lastAt: null, lastError: 'Portal 7 has removed the app.' }] }),
    'The feed journal does not get on: Portal 7 has removed the app.',
    'well',
  ],
  [
    'a feed that nobody asks',
    tenant({ feeds: [{ name: 'journal', place: 'a', lastAt: new Date(NOW_MS - 16 * 60_000), lastError: null }] }),
    'Nobody has asked the feed journal for changes since 2030-05-01 11:44 UTC, so the next run finds them; start "orsync worker" for the queue hubspot.',
    'well',
  ],
  [
    'an open proposal',
    tenant({ openProposals: 1 }),
    'One list of changes waits for an approval; look at it with "orsync status acme", and approve it with "orsync approve acme PROPOSAL".',
    'well',
  ],
  [
    'a second writer',
    tenant({ links: { active: 12, changed: 2, otherPortal: 0 } }),
    "2 linked records of OfficeRnD carry another hubspot_link_id than that of the link: another program writes hubspot_link_id, too, so disconnect OfficeRnD's own HubSpot integration.",
    'well',
  ],
  [
    'ids of another portal',
    tenant({ links: { active: 12, changed: 0, otherPortal: 1 } }),
    "One record of OfficeRnD carries the hubspot_link_id of another portal: another program writes hubspot_link_id, too, so disconnect OfficeRnD's own HubSpot integration, or clear what an old one has left.",
    'well',
  ],
  [
    'a paused schedule',
    tenant({ schedules: [aSchedule({ paused: true })] }),
    'The Temporal Schedule nightly, which starts runs of acme, is paused; "temporal schedule toggle --unpause --schedule-id nightly" goes on.',
    'well',
  ],
  [
    'a schedule that starts nothing any more',
    tenant({ schedules: [aSchedule({ isOver: true }), aSchedule({ id: 'hourly' })] }),
    'The Temporal Schedule nightly, which starts runs of acme, has no time left at which it starts one; give it new times, or delete it.',
    'well',
  ],
  [
    'a schedule whose last action failed',
    tenant({ schedules: [aSchedule({ lastAction: { at: new Date(NOW_MS), workflowId: 'nightly-1', end: 'failed' } })] }),
    'The Temporal Schedule nightly, which starts runs of acme, did so last at 2030-05-01 12:00 UTC, and that workflow failed; "temporal workflow describe --workflow-id nightly-1" says why.',
    'well',
  ],
];

testSetUps(broken, [...tenant({}), ...tenant({ schedules: [aSchedule({}), aSchedule({ lastAction: null })] })]);
