import { allowedIn } from '../../../store/database-facts';
import type { DatabaseFacts } from '../../../store/database-facts';
import { NotReadyError, refuseProblems } from '../../../workers/doctor/finding';
import { judgeClock, judgeDatabase, judgeOptions } from '../../../workers/doctor/mongodb';
import { testSetUps } from './judged';
import type { SetUp } from './judged';

/** Broken set-ups, each with the sentence that `orsync doctor` finds for it, and its verdict. */

const healthyDatabase: DatabaseFacts = {
  database: 'orsync',
  serverVersion: '8.0.17',
  isPrimary: true,
  hasMajority: true,
  clockAheadMs: 40,
  roundTripMs: 10,
  lackingRights: [],
  lackingForUpgrade: [],
  documentsVersion: 2,
  newestVersion: 2,
  missingParts: [],
};
const database = (more: Partial<DatabaseFacts>) => judgeDatabase({ ...healthyDatabase, ...more });
const clock = (more: Partial<DatabaseFacts>) => judgeClock({ ...healthyDatabase, ...more });

const broken: readonly SetUp[] = [
  [
    'MongoDB’s clock ahead',
    clock({ clockAheadMs: 61_000, roundTripMs: 2_000 }),
    "MongoDB's clock is 60 s ahead of this machine's; set both by a time service (NTP).",
    'wrong',
  ],
  [
    'MongoDB’s clock behind',
    clock({ clockAheadMs: -61_000 }),
    "MongoDB's clock is 61 s behind this machine's; set both by a time service (NTP).",
    'wrong',
  ],
  [
    'a secondary',
    database({ isPrimary: false }),
    'The server in MONGODB_URI is not the primary of its replica set and takes no writes; name all members and the replica set in the address, and leave out directConnection.',
    'wrong',
  ],
  [
    'a primary without the majority of its replica set',
    database({ hasMajority: false }),
    "The majority of MongoDB's replica set does not confirm what its primary says, so no write of a run would end; start the members that are down, or remove them from the replica set.",
    'silent',
  ],
  [
    'an old MongoDB',
    database({ serverVersion: '5.0.31' }),
    'MongoDB 5.0.31 was never tried with orsync, and its maker no longer mends it; update it to 7.0 or later.',
    'well',
  ],
  [
    'a user who may only read',
    database({ lackingRights: ['insert', 'update', 'createIndex'] }),
    "MongoDB's user may not insert, update, createIndex in the database orsync; grant it the role dbOwner on orsync.",
    'wrong',
  ],
  [
    'a user who may not change validators',
    database({ lackingForUpgrade: ['collMod'] }),
    "MongoDB's user may not collMod in the database orsync, which upgrades of orsync need; grant it the role dbOwner on orsync.",
    'well',
  ],
  [
    'a database of a newer release',
    database({ documentsVersion: 3 }),
    'The database orsync has documents of version 3, but this program only knows version 2; update orsync, or use another database.',
    'wrong',
  ],
  [
    'a database of an older release',
    database({ documentsVersion: 1 }),
    'The database orsync has documents of version 1, which the next start of "orsync worker" brings to version 2; back up first.',
    'well',
  ],
  [
    'missing indexes',
    database({ missingParts: ['fences', 'links.activeHubSpotId', 'a', 'b', 'c', 'd', 'e'] }),
    'The database orsync lacks fences, links.activeHubSpotId, a, b, c and 2 more; start "orsync worker" once more, which creates them.',
    'well',
  ],
  [
    'options that have no effect',
    judgeOptions(['readPreference', 'w']),
    'readPreference, w in MONGODB_URI have no effect, because orsync reads from the primary and writes to the majority; leave them out.',
    'well',
  ],
];

testSetUps(broken, [...database({}), ...database({ hasMajority: null }), ...clock({}), ...judgeOptions([])]);

test('a program that can’t begin refuses with all problems, and its message is the first one’s sentence', () => {
  const findings = [...database({ isPrimary: false, lackingRights: ['insert'] }), ...clock({})];
  expect(() => refuseProblems(findings)).toThrow(NotReadyError);
  expect(() => refuseProblems(findings)).toThrow(findings[0]?.message);
  expect(() => refuseProblems(database({ documentsVersion: 1 }))).not.toThrow();
});

test('rights come from roles on the database, on all databases, or on everything', () => {
  const users = { authenticatedUsers: [{}] };
  const withRight = (resource: object) =>
    allowedIn('orsync', { ...users, authenticatedUserPrivileges: [{ resource, actions: ['insert'] }] });
  expect(withRight({ db: 'orsync', collection: '' })('insert')).toBe(true);
  expect(withRight({ db: '', collection: '' })('insert')).toBe(true);
  expect(withRight({ anyResource: true })('insert')).toBe(true);
  expect(withRight({ db: 'orsync', collection: 'links' })('insert')).toBe(false);
  expect(withRight({ db: 'other', collection: '' })('insert')).toBe(false);
  expect(withRight({ db: 'orsync', collection: '' })('remove')).toBe(false);
  expect(allowedIn('orsync', { authenticatedUsers: [], authenticatedUserPrivileges: [] })('remove')).toBe(true);
  expect(allowedIn('orsync', null)('remove')).toBe(true);
});
