import { MongoServerError } from 'mongodb';
import type { Db } from 'mongodb';
import { readDatabaseFacts } from '../../store/database-facts';
import { anObservation, aPair } from './builders';
import { useTestStore } from './test-store';

/** The facts that `orsync doctor` is told by MongoDB itself. */

const own = useTestStore();

test('a database says of itself what a run needs to know, and what is missing after the index is gone', async () => {
  await own.store.prepare();
  const facts = await own.store.inspect();
  expect(facts).toMatchObject({
    isPrimary: true,
    hasMajority: true,
    lackingRights: [],
    lackingForUpgrade: [],
    documentsVersion: facts.newestVersion,
    missingParts: [],
  });
  expect(facts.serverVersion).toMatch(/^\d+\.\d+\.\d+/);
  expect(Math.abs(facts.clockAheadMs)).toBeLessThanOrEqual(1_000 + facts.roundTripMs);
  await own.db.collection('links').dropIndex('activeHubSpotId');
  await own.db.collection('canaries').drop();
  expect(new Set((await own.store.inspect()).missingParts)).toEqual(new Set(['links.activeHubSpotId', 'canaries']));
  await own.store.prepare();
  expect((await own.store.inspect()).missingParts).toEqual([]);
});

test.each([
  ['MaxTimeMSExpired', false],
  ['InvalidOptions', null],
])('a primary whose majority is asked for, and that answers %s, has it: %s', async (codeName, hasMajority) => {
  const command = async (asked: object): Promise<unknown> => {
    if ('find' in asked) throw new MongoServerError({ message: 'no', codeName });
    return own.db.command({ ...asked });
  };
  const db: Db = Object.create(own.db, { command: { value: command } });
  expect(await readDatabaseFacts(db)).toMatchObject({ isPrimary: true, hasMajority });
});

test('a link id that is not that of the link is the sign of a second writer', async () => {
  const { links, observations, secondWriters } = own.tenant;
  expect(await secondWriters.countChangedLinkIds('7')).toEqual({ active: 0, changed: 0 });
  const hubspotIds = ['101', '102', '103', '104'];
  await links.activate(hubspotIds.map((hubspotId, index) => aPair({ officerndId: `o${index}`, hubspotId })));
  const shown = ['7-101', '7-999', '8-103', null];
  await observations.record(
    'run-1',
    shown.map((linkId, index) => anObservation({ side: 'officernd', id: `o${index}`, linkId })),
  );
  expect(await secondWriters.countChangedLinkIds('7')).toEqual({ active: 4, changed: 2 });
});
