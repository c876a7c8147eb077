import { BSON } from 'mongodb';
import { allCollections, collectionsOfPair } from '../../store/collections';
import { erasedCollections } from '../../store/erase-records';
import { erasedId, withoutIds } from '../../store/erased-id';
import { aDecision, linking } from '../domain/decisions';
import { aBase, aConflict, aFailure, anEffect, anObservation, anOperation, aPair, aReview, aVerdict } from './builders';
import { inDays, NOW, useTestStore } from './test-store';

const own = useTestStore();

/** The record that is erased: every id and value of it has this in it. */
const OFFICERND = 'aaaa00000000000000000qqq';
const HUBSPOT = '77009';
const LINK = `member/${OFFICERND}/${HUBSPOT}`;
const pair = { officerndId: OFFICERND, hubspotId: HUBSPOT };
const MARKERS = ['qqq', '77009', 'qperson'];

const person = { entity: 'member', officerndIds: [OFFICERND], hubspotIds: [HUBSPOT], links: [LINK] } as const;

async function textOf(collection: string): Promise<string> {
  return BSON.EJSON.stringify(await own.db.collection(collection).find({ tenant: own.tenantName }).toArray());
}

/** The collections that hold a marker, previews' included. */
async function holding(): Promise<readonly string[]> {
  const texts = await Promise.all(allCollections.map(async ({ name }) => [name, await textOf(name)] as const));
  return texts.filter(([, text]) => MARKERS.some((marker) => text.includes(marker))).map(([name]) => name);
}

const change = {
  field: 'phone',
  base: 'qperson 1',
  officernd: 'qperson 2',
  hubspot: { a: 'qperson 3' },
  rule: 'M3',
  action: 'writeHubspot',
} as const;

async function plant(): Promise<void> {
  const { observations, links, snapshots, operations, conflicts, reviews, failures, suppressions, proposals, runs } = own.tenant;
  const { decisions, verdicts, inbox } = own.tenant;
  await inbox.put('journal', [{ side: 'hubspot', entity: 'member', recordId: HUBSPOT, isGone: false }], NOW);
  const keys = { emails: ['qperson@example.com'], name: 'qperson' };
  await observations.record('run-1', [
    anObservation({ id: HUBSPOT, values: { email: 'qperson@example.com' }, keys }),
    anObservation({ side: 'officernd', id: OFFICERND, values: { name: 'qperson' }, linkId: `7-${HUBSPOT}` }),
    anObservation({ id: '501', values: { email: 'other@example.com' } }),
  ]);
  await links.activate([aPair(pair), aPair({ officerndId: 'o5', hubspotId: '501' })]);
  await snapshots.save(
    new Map([
      [LINK, { phone: aBase('qperson') }],
      ['member/o5/501', { phone: aBase('other') }],
    ]),
    'member',
  );
  await operations.plan('run-1', [anOperation({ id: `update/${LINK}`, ...pair, fields: [change] }), anOperation({ id: 'other' })]);
  await operations.setState('run-1', [`update/${LINK}`], 'applied');
  await conflicts.record([aConflict({ ...pair, linkId: LINK, base: 'qperson', officernd: 'qperson', hubspot: 'qperson' }), aConflict()]);
  const ids = { officerndIds: [OFFICERND, 'o5'], hubspotIds: [HUBSPOT] };
  await reviews.open('run-1', [aReview({ ...ids, id: `ambiguous/member/${OFFICERND}+o5/${HUBSPOT}` })], NOW);
  await failures.record(
    'run-1',
    [
      aFailure({ subject: LINK, phase: 'update', said: 'qperson is not valid' }),
      aFailure({ subject: HUBSPOT }),
      aFailure({ subject: 'member/o5/501', phase: 'update', heldElsewhere: { ids: [HUBSPOT, '502'], hash: 'h' } }),
    ],
    NOW,
  );
  await suppressions.add('member', [HUBSPOT, '502'], 'run-1', NOW);
  await proposals.effects.add('p', [anEffect({ ...pair, kind: 'updateHubspot', fields: [change] }), anEffect()], inDays(14));
  await decisions.add([
    aDecision(linking(OFFICERND, HUBSPOT), { note: 'qperson has asked' }),
    aDecision(linking('o6', '601'), { id: 'd2' }),
  ]);
  await decisions.note(
    new Map([['d2', { run: 'run-1', at: NOW, result: { state: 'blocked', obstacle: 'linked-elsewhere', about: [OFFICERND] } }]]),
  );
  const effect = { entity: 'member', kind: 'unlink', ...pair, reason: 'U1' } as const;
  await verdicts.put([aVerdict({ effect, note: 'qperson' }), aVerdict({ hash: 'h2' })]);
  await runs.setFact('run-1', 'surprise/member/phone', [OFFICERND, 'o5']);
  await runs.setFact('run-1', 'other', OFFICERND.length);
  await own.tenant.startPreview();
  await own.tenant.preview().observations.record('run-2', [anObservation({ id: HUBSPOT, keys, values: { email: 'qperson@example.com' } })]);
  await own.tenant.preview().operations.plan('run-2', [anOperation({ id: `update/${LINK}`, ...pair, fields: [change] })]);
}

test('no collection holds a value or an id of an erased record, and those of others stay', async () => {
  await plant();
  const copied = ['observations', 'links', 'snapshots', 'operations', 'reviews', 'failures', 'suppressions', 'decisions', 'verdicts'];
  const planted = [...copied, 'conflicts', 'heldEffects', 'runFacts', 'inbox', ...copied.map((name) => `preview_${name}`)];
  expect([...(await holding())].sort()).toEqual(planted.sort());
  await own.tenant.links.retire(LINK, 'hubspot-deleted', 'run-1');
  const counts = await own.tenant.erasures.erase(person);
  // The preview's copy of the link is still active.
  await own.tenant.preview().erasures.erase({ ...person, withActiveLinks: true });
  expect(await holding()).toEqual([]);
  expect(counts).toEqual({
    observations: { removed: 2, emptied: 0 },
    inbox: { removed: 1, emptied: 0 },
    snapshots: { removed: 1, emptied: 0 },
    operations: { removed: 0, emptied: 1 },
    conflicts: { removed: 0, emptied: 1 },
    reviews: { removed: 0, emptied: 1 },
    failures: { removed: 2, emptied: 1 },
    heldEffects: { removed: 1, emptied: 0 },
    decisions: { removed: 1, emptied: 1 },
    verdicts: { removed: 1, emptied: 0 },
    suppressions: { removed: 0, emptied: 1 },
    runFacts: { removed: 0, emptied: 1 },
    links: { removed: 1, emptied: 0 },
  });
  const [officernd, hubspot] = [erasedId('officernd', 'member', OFFICERND), erasedId('hubspot', 'member', HUBSPOT)];
  const everything = { after: null, limit: 10 };
  const { items } = await own.tenant.operations.page('run-1', {}, everything);
  expect(items).toMatchObject([
    { id: 'other', fields: [{ officernd: { $a: 'x.y' } }] },
    {
      id: `update/member/${officernd}/${hubspot}`,
      officerndId: officernd,
      hubspotId: hubspot,
      state: 'applied',
      fields: [{ field: 'phone', rule: 'M3', base: null }],
    },
  ]);
  expect(await own.tenant.operations.tally('run-1')).toMatchObject([{ count: 1 }]);
  expect((await own.tenant.reviews.listOpen(everything)).items).toMatchObject([{ officerndIds: [officernd, 'o5'], hubspotIds: [hubspot] }]);
  expect((await own.tenant.failures.list(everything)).items).toMatchObject([
    { subject: 'member/o5/501', heldElsewhere: { ids: [hubspot, '502'] } },
  ]);
  expect((await own.tenant.snapshots.byLinkIds(['member/o5/501'])).size).toBe(1);
  expect(await own.tenant.runs.facts('run-1')).toEqual({ 'surprise/member/phone': [officernd, 'o5'], other: OFFICERND.length });
});

test('of an operation and a conflict, no field stays that a later release has added', async () => {
  await plant();
  const added = { $set: { valueBefore: 'qperson', 'fields.0.after': 'qperson' } };
  await own.db.collection('operations').updateMany({ tenant: own.tenantName, officerndId: OFFICERND }, added);
  await own.db.collection('conflicts').updateMany({ tenant: own.tenantName, linkId: LINK }, { $set: { valueBefore: 'qperson' } });
  await own.tenant.erasures.erase(person);
  for (const name of ['operations', 'conflicts']) expect(await textOf(name)).not.toContain('qperson');
});

test('repeated, an erasure finds nothing more', async () => {
  await plant();
  await own.tenant.links.retire(LINK, 'hubspot-deleted', 'run-1');
  await own.tenant.erasures.erase(person);
  const again = await own.tenant.erasures.erase(person);
  expect(Object.values(again).filter(({ removed, emptied }) => removed + emptied > 0)).toEqual([]);
});

test('U5 a suppressed record stays suppressed, and a person may still lift that', async () => {
  const { suppressions, erasures } = own.tenant;
  await suppressions.add('member', [HUBSPOT, '502'], 'run-1', NOW);
  await erasures.erase(person);
  expect([...(await suppressions.among('member', [HUBSPOT, '502', '503']))]).toEqual([HUBSPOT, '502']);
  await suppressions.remove('member', [HUBSPOT]);
  expect([...(await suppressions.among('member', [HUBSPOT, '502']))]).toEqual(['502']);
});

test('an active link stays with its ids, and is compared anew', async () => {
  await own.tenant.links.activate([aPair(pair)]);
  const [open] = await own.tenant.comparisons.openAmong('member', [LINK]);
  await own.tenant.comparisons.settle('stamp', open === undefined ? [] : [{ link: open, hashes: { officernd: 'o', hubspot: 'h' } }]);
  expect(await own.tenant.comparisons.openAmong('member', [LINK])).toEqual([]);
  await own.tenant.erasures.erase(person);
  expect(await own.tenant.comparisons.openAmong('member', [LINK])).toMatchObject([{ id: LINK, state: 'active' }]);
});

test('L12 a creation without an answer keeps its ids, so that it is not sent twice, and loses its values', async () => {
  const { operations, erasures } = own.tenant;
  await operations.plan('run-1', [
    anOperation({ id: `create/member/${HUBSPOT}`, kind: 'create', officerndId: null, hubspotId: HUBSPOT, fields: [change] }),
  ]);
  await operations.setState('run-1', [`create/member/${HUBSPOT}`], 'calling');
  await erasures.erase(person);
  expect(await operations.unfinishedCreates('member', [HUBSPOT])).toMatchObject([
    { hubspotId: HUBSPOT, fields: [{ field: 'phone', base: null, hubspot: null }] },
  ]);
});

test('an erasure is found again by the hash of either id', async () => {
  const { erasures } = own.tenant;
  const erasure = { entity: 'member', officerndHashes: ['#1'], hubspotHashes: ['#2'], by: 'Ann', at: NOW, documents: 3 } as const;
  await erasures.note(erasure);
  await erasures.note({ ...erasure, at: inDays(1), documents: 1 });
  expect(await erasures.latestOf(['#2'])).toEqual({ ...erasure, at: inDays(1), documents: 1 });
  expect(await erasures.latestOf(['#3'])).toBeNull();
});

test('all links of a record are found, whatever their state', async () => {
  const { links, erasures } = own.tenant;
  await links.activate([aPair({ officerndId: 'o1', hubspotId: '1' }), aPair({ officerndId: 'o2', hubspotId: '2' })]);
  await links.retire('member/o1/1', 'merged', 'run-1');
  await links.activate([aPair({ officerndId: 'o1', hubspotId: '3' })]);
  const found = await erasures.linksOf('member', { officerndIds: ['o1'], hubspotIds: ['2'] });
  expect(found.map(({ id, state }) => `${id} ${state}`).sort()).toEqual([
    'member/o1/1 retired',
    'member/o1/3 active',
    'member/o2/2 active',
  ]);
});

test('names lose whole ids alone', () => {
  const replaced = new Map([
    ['1', '#a'],
    ['o1', '#b'],
  ]);
  expect(withoutIds('held-erase/member/o1/1/officernd/address.1', replaced)).toBe('held-erase/member/#b/#a/officernd/address.1');
  expect(withoutIds('ambiguous/member/o1+o11/1+21', replaced)).toBe('ambiguous/member/#b+o11/#a+21');
});

/** These hold configuration, counts, and numbers. */
const WITHOUT_RECORDS = ['runs', 'fences', 'callLedger', 'canaries', 'proposals', 'erasures', 'gaps', 'letThrough'];

test('each collection of a tenant is either emptied by an erasure, or holds nothing of a record', () => {
  expect([...erasedCollections, ...WITHOUT_RECORDS].sort()).toEqual(collectionsOfPair.map(({ name }) => name).sort());
});
