import type { TenantStore } from '../../store/store';
import { aBase, anObservation, aPair } from './builders';

/** Calls each verb about readings, links and bases, for the test of the indexes. */
export async function callRecordsAndLinks({ observations, links, comparisons, snapshots }: TenantStore): Promise<void> {
  const [page, next] = [
    { after: null, limit: 10 },
    { after: '0', limit: 10 },
  ];
  const member = anObservation({ keys: { emails: ['a'], name: 'n' }, mergedIds: ['9'] });
  await observations.record('run-1', [member, anObservation({ side: 'officernd', linkId: '7-101' })]);
  await observations.record('run-1', [member]);
  const ofSlice = observations.asReadAt(1);
  await ofSlice.record('run-1', [member, anObservation({ id: 'of-slice' })]);
  await ofSlice.record(
    'run-1',
    Array.from({ length: 150 }, (_, index) => anObservation({ id: `of-slice-${index}` })),
  );
  await ofSlice.forget('run-1', 'hubspot', 'company', ['1']);
  for (const request of [page, next]) {
    await observations.pageIds('run-1', 'hubspot', 'member', request);
    await observations.pageLinkIds('run-1', 'member', request);
  }
  await observations.byIds('run-1', 'hubspot', 'member', ['101']);
  await observations.hashesByIds('run-1', 'hubspot', 'member', ['101']);
  await observations.liveAmong('run-1', 'hubspot', 'member', ['101']);
  await observations.carriersAmong('run-1', 'member', ['101']);
  await observations.countCarriers('run-1', 'member');
  await observations.parentsByIds('run-1', 'hubspot', 'member', ['101']);
  await observations.byMergedIds('run-1', 'member', ['9']);
  await observations.byIds(null, 'hubspot', 'member', ['101']);
  await observations.byMergedIds(null, 'member', ['9']);
  await observations.byKeys(null, 'hubspot', 'member', 'email', ['a']);
  await observations.byKeys(null, 'hubspot', 'member', 'name', ['n']);
  await observations.byLinkIds(null, 'member', ['7-101']);
  await observations.byKeys('run-1', 'hubspot', 'member', 'email', ['a']);
  await observations.byKeys('run-1', 'hubspot', 'member', 'name', ['n']);
  await observations.byLinkIds('run-1', 'member', ['7-101']);
  await observations.countLive('run-1', 'hubspot', 'member');
  await observations.contents('run-1', ['member']);
  await observations.forget('run-1', 'hubspot', 'company', ['1']);
  await observations.forgetUnseen('run-1', 'hubspot', 'company');

  await links.activate([aPair(), aPair({ officerndId: 'o2' })]);
  for (const request of [page, next]) {
    await links.pagePairs('member', request);
    await links.pageRetired('member', 'merged', request);
  }
  await links.activeByHubSpotIds('member', ['101']);
  await links.activeByOfficerndIds('member', ['o1']);
  await links.retiredOf('member', { officerndIds: ['o1'], hubspotIds: ['101'] });
  await links.livesOf('member', { officerndIds: ['o1'], hubspotIds: ['101'] });
  await links.linkedAmong('hubspot', 'member', ['101']);
  await links.linkedAmong('officernd', 'member', ['o1']);
  for (const request of [page, next]) await comparisons.pageOpen('member', request);
  const [link] = await comparisons.openAmong('member', ['member/o1/101']);
  await comparisons.settle('stamp', link === undefined ? [] : [{ link, hashes: { officernd: 'o', hubspot: 'h' } }]);
  await comparisons.countSettled('member');
  await comparisons.reopenOthers('member', 'stamp');
  await comparisons.reopen(['member/o1/101']);
  await observations.record('run-1', [anObservation({ id: '101', values: { changed: true } })]);
  const many = Array.from({ length: 150 }, (_, index) => anObservation({ id: `many-${index}` }));
  await observations.record('run-1', many);
  await links.countActive('member');
  await links.retire('member/o1/101', 'merged', 'run-1');
  await links.relink('member/o1/101', aPair({ hubspotId: '301' }));
  await links.byIds(['member/o1/101']);
  await links.retireUndone('member/o1/301', 'run-1');
  await links.undoneRecords('member');

  await snapshots.save(new Map([['member/o1/101', { name: aBase('x') }]]), 'member');
  await snapshots.byLinkIds(['member/o1/101']);
  await snapshots.asSavedAt(2).save(new Map([['member/o1/101', { name: aBase('y') }]]), 'member');
  await snapshots.asSavedAt(1).save(new Map([['member/o1/101', { name: aBase('z') }]]), 'member');
  await snapshots.heldFields('member', ['name', 'phone']);
  await snapshots.countHolding('member', 'hubspot', 'name');
}
