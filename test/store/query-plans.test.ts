import type { Document } from 'mongodb';
import { WHOLE_TENANT } from '../../store/exports';
import type { Store, TenantStore } from '../../store/store';
import { aDecision, creating, linking } from '../domain/decisions';
import {
  aConflict,
  aFailure,
  anApproval,
  anEffect,
  anObservation,
  anOperation,
  aPair,
  aProposal,
  aReport,
  aReview,
  aRun,
} from './builders';
import { callHints, noiseHints } from './hint-calls';
import { callRecordsAndLinks } from './record-calls';
import { callFeeds, callStanding, noiseFeeds, noiseVerdicts } from './standing-calls';
import { NOW, useTestStore } from './test-store';

const own = useTestStore();

/** The number of documents that no query asks for. A query that does not use its index reads them, too. */
const NOISE = 200;

/** Passes on every call and notes the verb. So the test finds a verb that this file does not call. */
function noting<T extends object>(verbs: T, room: string, called: Set<string>): T {
  return new Proxy(verbs, {
    get: (target, name, receiver) => {
      called.add(`${room}.${String(name)}`);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}

async function makeNoise(tenant: TenantStore): Promise<void> {
  const numbers = Array.from({ length: NOISE }, (_, index) => `noise-${index}`);
  const sides = ['hubspot', 'officernd'] as const;
  for (const side of sides) {
    await tenant.observations.record(
      'run-0',
      numbers.map((id) =>
        anObservation({ side, id, keys: { emails: [id], name: id }, linkId: side === 'officernd' ? id : null, mergedIds: [`m-${id}`] }),
      ),
    );
  }
  await tenant.links.activate(numbers.map((id) => aPair({ officerndId: id, hubspotId: id, entity: 'opportunity' })));
  await tenant.snapshots.save(new Map(numbers.map((id) => [id, {}])), 'opportunity');
  await tenant.operations.plan(
    'run-0',
    numbers.map((id) => anOperation({ id, hubspotId: id, officerndId: id })),
  );
  await tenant.conflicts.record(numbers.map((linkId) => aConflict({ run: 'run-0', linkId })));
  await tenant.failures.record(
    'run-0',
    numbers.map((subject) => aFailure({ subject, entity: 'opportunity' })),
    NOW,
  );
  await tenant.suppressions.add('opportunity', numbers, 'run-0', NOW);
  await tenant.decisions.add(numbers.map((id) => aDecision(creating(id), { id: `noise-${id}`, entity: 'opportunity' })));
  await tenant.proposals.effects.add(
    'noise',
    numbers.map((id) => anEffect({ hubspotId: id })),
    NOW,
  );
  for (const digest of numbers) await tenant.proposals.open(aProposal({ digest, kind: 'create' }));
  await noiseVerdicts(tenant, numbers);
  await noiseFeeds(tenant, numbers);
  await noiseHints(tenant, numbers);
}

async function callEverything(store: Store, tenant: TenantStore, called: Set<string>): Promise<void> {
  const rooms = Object.entries(tenant).filter(([, verbs]) => typeof verbs === 'object');
  const noted = Object.fromEntries(rooms.map(([room, verbs]) => [room, noting(verbs as object, room, called)])) as unknown as TenantStore;
  const tenants = noting(store.tenants, 'tenants', called);
  const page = { after: null, limit: 10 };
  const next = { after: '0', limit: 10 };
  const {
    operations,
    conflicts,
    reviews,
    failures,
    suppressions,
    decisions,
    runs,
    callLedger,
    secondWriters,
    canaries,
    proposals,
    exports,
    erasures,
  } = noted;

  await tenants.put('t', {}, NOW);
  await tenants.get('t');
  await tenants.list();

  await callRecordsAndLinks(noted);

  await operations.plan('run-1', [anOperation()]);
  await operations.setState('run-1', ['op-1'], 'applied');
  const filters = [
    {},
    { phase: 'update', entity: 'member', state: 'applied' },
    { kinds: ['create'] },
    { hubspotIds: ['101'] },
    { officerndIds: ['o1'] },
    { phase: 'unlink', entity: 'member', kinds: ['unlink'], officerndIds: ['o1'] },
  ] as const;
  for (const filter of filters) {
    await operations.page('run-1', filter, page);
    await operations.page('run-1', filter, next);
    await operations.count('run-1', filter);
    await operations.countPairs('run-1', filter);
  }
  for (const side of ['hubspot', 'officernd'] as const) await operations.ofRecordsIn('run-1', side, ['101', 'o1'], { entity: 'member' });
  for (const request of [page, next])
    await operations.pageWithTimes('run-1', { phase: 'update', entity: 'member', state: 'applied' }, request);
  await operations.leave('run-1', [anOperation({ id: 'left' })], 'changed-since');
  await operations.restate('run-1', new Map([['op-1', anOperation().fields]]));
  await operations.unfinishedCreates('member', ['101']);
  await operations.ofRecords('member', { officerndIds: ['o1'], hubspotIds: ['101'] });
  await operations.tally('run-1');
  await operations.countByState('run-1', 'unlink', 'member');
  await operations.move('run-1', { state: 'applied' }, 'applied');
  await operations.expire('run-1');

  await conflicts.record([aConflict()]);
  await conflicts.countByKind('run-1');
  await conflicts.page('run-1', page);
  await conflicts.page('run-1', next);
  await conflicts.newestOfLink('member/o1/101', 'conflict', 5);
  await conflicts.expire('run-1');
  const [conflict] = (await conflicts.page('run-1', page)).items;
  await conflicts.byIds([conflict?.id ?? '']);
  await conflicts.idsFrom((conflict?.id ?? '').slice(0, 6), 2);
  await conflicts.noteTakenBack([conflict?.id ?? ''], 'run-2');

  await reviews.open('run-1', [aReview()], NOW);
  await reviews.ofRun('run-1', 'member', { officerndIds: ['o1'], hubspotIds: ['101'] });
  await reviews.ofRecords('member', { officerndIds: ['o1'], hubspotIds: ['101'] });
  await reviews.countOpen();
  await reviews.listOpen(page);
  await reviews.listOpen(next);
  await reviews.dismiss('none', NOW);
  await reviews.close(['none'], NOW);
  await reviews.closeUnseen('run-2', 'member', ['ambiguous'], NOW);

  await failures.record('run-1', [aFailure()], NOW);
  await failures.bySubjects('member', 'link', ['101']);
  await failures.requestRetry({ entity: 'member' });
  await failures.requestRetry({ subjects: ['101'] });
  await failures.countOfRun('run-1');
  await failures.countParked();
  await failures.list(page);
  await failures.list(next);
  await failures.pageHeldElsewhere('member', 'update', page);
  await failures.pageHeldElsewhere('member', 'update', next);
  await failures.restate([aFailure({ against: 'a' })]);
  await failures.clear('member', 'link', ['101'], [null]);

  const proposal = aProposal();
  await proposals.effects.add('d1', [anEffect()], NOW);
  await proposals.open(proposal);
  await proposals.open(proposal);
  await proposals.get('d1');
  await proposals.byIds(['d1']);
  await proposals.approved('unlink', 'member');
  await proposals.effects.page('d1', page);
  await proposals.effects.page('d1', next);
  await proposals.effects.hashes(['d1']);
  await proposals.effects.ofRecords('member', { officerndIds: ['o1'], hubspotIds: ['101'] });
  await proposals.approve(['d1'], anApproval());
  await proposals.finish(['d1']);

  await callStanding(noted);
  await callFeeds(noted);
  await callHints(noted);
  await noted.inbox.claim('run-1', { now: NOW, settleMs: 0 });
  await store.tenantsWaiting({ after: NOW, before: NOW });

  await suppressions.add('member', ['1'], 'run-1', NOW);
  await suppressions.among('member', ['1']);
  await suppressions.remove('member', ['1']);
  await suppressions.removeOf('run-1', 'member', ['1']);

  const decision = aDecision(linking('o1', '1'));
  await decisions.areAny();
  await decisions.add([decision]);
  await decisions.claiming(['officernd/member/o1']);
  await decisions.inForce('member');
  await decisions.note(new Map([['d1', { run: 'run-1', at: NOW, result: { state: 'done' } }]]));
  await decisions.idsFrom('d', 2);
  await decisions.get('d1');
  await decisions.countInForce();
  await decisions.ofRecords('member', { officerndIds: ['o1'], hubspotIds: ['1'] });
  for (const request of [page, next]) {
    await decisions.page('active', request);
    await decisions.pageBlocked(request);
  }
  await decisions.withdraw('d1', { by: 'Ann', at: NOW, note: null });

  await runs.start(aRun());
  await runs.start(aRun());
  await runs.get('run-1');
  await runs.latest();
  await runs.latestSync();
  await runs.hasReadAllSince('member', NOW);
  await runs.hasReadAllSince('member', null);
  await runs.list(5);
  await runs.setState('run-1', 'running', null);
  await runs.finish('run-1', aReport(), null, NOW);
  await runs.noteApplication('run-1', { by: 'Ann', at: NOW, note: null, carriedOutBy: null });
  await runs.noteCarriedOut('run-1', 'run-2');
  const slice = { run: 'run-1', turn: 1, slice: 's' };
  await runs.holdsFence(slice, (await runs.takeFence(slice)) ?? 0);
  await runs.takeFence({ ...slice, run: 'run-0', turn: 0 });
  await runs.setFact('run-1', 'f', 1);
  await runs.raiseFact('run-1', 'g', 1);
  await runs.facts('run-1');

  await canaries.put('member', { mappingHash: 'h', proof: null, accepted: [], told: null });
  await canaries.of('member');

  await callLedger.add('run-1', [{ vendor: 'hubspot', route: 'r', outcome: 'ok', count: 1 }]);
  await callLedger.ofRun('run-1');

  await secondWriters.countChangedLinkIds('1');

  for (const run of [null, 'run-1']) {
    for (const kind of ['links', 'operations', 'conflicts', 'reviews', 'failures'] as const) {
      for await (const exported of exports[kind](run)) expect(exported.length).toBeGreaterThan(0);
    }
  }
  await exports.names([{ side: 'hubspot', entity: 'member', id: '101' }]);
  await erasures.linksOf('member', { officerndIds: ['o1'], hubspotIds: ['101'] });
  await erasures.erase({ entity: 'member', officerndIds: ['o1'], hubspotIds: ['101'], links: ['member/o1/101'] });
  const hashes = { officerndHashes: ['#1'], hubspotHashes: ['#2'] };
  await erasures.note({ entity: 'member', ...hashes, by: 'Ann', at: NOW, documents: 1 });
  await erasures.latestOf(['#1']);

  await tenant.startPreview();
  await tenants.remove('t');
}

const inWords = ({ ns, op, planSummary, docsExamined, command }: Document): string =>
  `${ns} ${op} ${planSummary} examined ${docsExamined}: ${JSON.stringify(command)}`;

/** True for removing and copying a tenant, for comparing all of its links with their records, for exports and for erasures. */
const concernsWholeTenant = ({ op, command }: Document): boolean =>
  op === 'remove' || /\$merge|\$lookup/.test(JSON.stringify(command)) || JSON.stringify(command).includes(WHOLE_TENANT.comment);

test('every query is served by an index', async () => {
  const { db, store } = own;
  const tenant = store.forTenant('t');
  await makeNoise(tenant);
  // MongoDB's profiler notes the plan that each command really took. It is large enough to keep the first operations to the end.
  await db.createCollection('system.profile', { capped: true, size: 32 * 1024 * 1024 });
  await db.command({ profile: 2 });
  const called = new Set<string>();
  await callEverything(store, tenant, called);
  await db.command({ profile: 0 });

  const verbs = Object.entries({ ...tenant, tenants: store.tenants }).flatMap(([room, value]) =>
    typeof value === 'object' ? Object.keys(value).map((verb) => `${room}.${verb}`) : [],
  );
  expect([...called].sort()).toEqual(verbs.sort());

  const profile = await db
    .collection('system.profile')
    .find({ ns: { $not: /system\.profile$/ } })
    .toArray();
  const planned = profile.filter(({ planSummary }) => planSummary !== undefined);
  expect(planned.length).toBeGreaterThan(100);
  expect(planned.filter(({ planSummary }) => String(planSummary).includes('COLLSCAN')).map(inWords)).toEqual([]);
  expect(planned.filter(({ hasSortStage, op }) => op === 'query' && hasSortStage === true).map(inWords)).toEqual([]);
  const wasteful = planned.filter((entry) => !concernsWholeTenant(entry) && Number(entry['docsExamined'] ?? 0) >= NOISE);
  expect(wasteful.map(inWords)).toEqual([]);
});
