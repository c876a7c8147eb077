import { certificateText, importText } from '../../cli/text/exports';
import type { Certificate } from '../../client/exports/forget';
import type { JudgedLink } from '../../client/exports/propose-links';

const HOSTILE = `\u001B]0;owned\u0007\u202Eevil\nforged line\r${'x'.repeat(500)}`;
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const aLink = (part: Partial<JudgedLink> = {}): JudgedLink => ({
  line: 2,
  entity: 'member',
  officerndId: 'o1',
  hubspotId: '101',
  state: 'new',
  officerndName: 'Ann',
  hubspotName: 'Ann Lee',
  ...part,
});

const proposal = {
  id: '3f9c02d1a7be',
  entity: 'member',
  operations: 1,
  digest: 'd',
  state: 'open',
  validUntil: '2030-05-15T12:00:00Z',
} as const;
const counts = { new: 1, unknown: 0, linked: 0, contradicts: 0 };

test('an import says what it would do, and with which command it is done', () => {
  const text = importText({ tenant: 'acme', counts, proposals: [proposal], links: [aLink()] });
  expect(text).toContain('1 link: 1 new, 0 with a record that was not read yet, 0 linked already, 0 against another link.');
  expect(text).toContain('Proposal 3f9c02d1a7be: 1 member link. "orsync approve acme 3f9c02d1a7be"');
  const approved = importText({ tenant: 'acme', counts, proposals: [{ ...proposal, state: 'approved' }], links: [aLink()] });
  expect(approved).toContain('approved already');
});

test('links that need a look come first, and a long list is cut', () => {
  const links = [...Array.from({ length: 150 }, (_, index) => aLink({ line: index + 2 })), aLink({ line: 999, state: 'contradicts' })];
  const text = importText({ tenant: 'acme', counts, proposals: [], links });
  expect(text.indexOf('999')).toBeLessThan(text.indexOf(' 2 '));
  expect(text).toContain('… and 51 more; --json lists all.');
  expect(text).toContain('Nothing is left to propose.');
});

test('names of strangers stay on their line and steer nothing', () => {
  const text = importText({ tenant: 'acme', counts, proposals: [], links: [aLink({ officerndName: HOSTILE, hubspotName: HOSTILE })] });
  expect(text).not.toMatch(UNPRINTABLE);
  expect(text).not.toMatch(/^forged line/m);
  expect(text.length).toBeLessThan(2_000);
});

const certificate: Certificate = {
  tenant: 'acme',
  entity: 'member',
  officerndHashes: ['#1'],
  hubspotHashes: [],
  by: 'Ann',
  at: '2030-05-01T12:00:00Z',
  collections: [{ name: 'observations', removed: 2, emptied: 0 }],
  stillLinked: false,
  suppressed: false,
  before: null,
};

test.each<readonly [string, Partial<Certificate>, RegExp]>([
  ['that exists', {}, /the next full run reads it again like any other: delete it there first/],
  ['that is suppressed', { suppressed: true }, /It stays suppressed: it is not created again in OfficeRnD \(U5\)/],
  ['that is linked', { stillLinked: true }, /Its link is active and stays\. The next run reads the record again/],
  [
    'that was erased before',
    { collections: [], before: { by: 'Bob', at: '2030-04-01T12:00:00Z' } },
    /Nothing was left of it\.\nIt was erased before, 2030-04-01 12:00:00 UTC, by Bob\./,
  ],
])('a certificate says plainly what follows for a record %s, and what it does not reach', (_title, part, sentence) => {
  const text = certificateText({ ...certificate, ...part });
  expect(text).toMatch(sentence);
  expect(text).toContain('Erased one member from what acme keeps, 2030-05-01 12:00:00 UTC, by Ann.');
  expect(text).toMatch(/does not reach OfficeRnD, HubSpot, backups of MongoDB/);
});
