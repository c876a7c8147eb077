import { plainLook } from '../../cli/text/operations';
import type { Look } from '../../cli/text/operations';
import { appliedText, previewText } from '../../cli/text/preview';
import { previewCsv } from '../../cli/text/preview-csv';
import { previewHtml } from '../../cli/text/preview-html';
import { cellsBy, valuesBy } from '../../cli/text/values';
import { undoneReasons } from '../../domain/preview-outcome';
import type { PlannedOperation } from '../../client/runs/run-report';
import { aTextField } from '../domain/records';

const anUpdate = (hubspot: string): PlannedOperation => ({
  phase: 'update',
  entity: 'member',
  kind: 'updateHubspot',
  officerndId: 'o1',
  hubspotId: '7',
  fields: [{ field: 'phone', base: null, officernd: '=1+1', hubspot, rule: 'M4', action: 'writeHubspot' }],
  reason: 'merge',
});
const unlink: PlannedOperation = {
  phase: 'unlink',
  entity: 'company',
  kind: 'unlink',
  officerndId: 'o2',
  hubspotId: '8',
  fields: [],
  reason: 'U1',
};

const report: Parameters<typeof previewHtml>[0] = { tenant: 'acme', runId: 'r1', startedAt: '2026-01-01T00:00:00.000Z' };

test('a preview as CSV has a row for each field', () => {
  const lines = previewCsv([unlink, anUpdate('a "b"')])
    .trimEnd()
    .split('\r\n');
  expect(lines[0]).toContain('officernd,hubspot,written to,gives way,name,officerndUrl,hubspotUrl');
  expect(lines.slice(1)).toEqual([
    'unlink,company,unlink,o2,8,U1,the HubSpot record is gone,,,,,,,,,',
    `update,member,updateHubspot,o1,7,M4,both sides have changed: OfficeRnD wins,phone,,'=1+1,"a ""b""",hubspot,hubspot,,,`,
  ]);
});

test('each record stands by its name, with its screens at both vendors, in CSV, HTML and text', () => {
  const nameOf: Look['nameOf'] = ({ officerndId, hubspotId }) => ({
    name: hubspotId === '7' ? '=Ann <b>' : null,
    officerndUrl: officerndId === null ? null : `https://o.example/${officerndId}?a&b`,
    hubspotUrl: hubspotId === '7' ? 'javascript:alert(1)' : null,
  });
  const look = { ...plainLook, nameOf };
  const operations = [unlink, anUpdate('2')];
  expect(previewCsv(operations, look)).toContain(",'=Ann <b>,https://o.example/o1?a&b,javascript:alert(1)\r\n");
  const html = previewHtml(report, operations, look);
  expect(html).toContain('<td>=Ann &lt;b&gt;</td>');
  expect(html).toContain('<a href="https://o.example/o1?a&amp;b" rel="noreferrer">o1</a>');
  expect(html).not.toMatch(/javascript|src=/);
  expect(previewText(operations, undefined, look)).toMatch(
    /=Ann <b> · member · updateHubspot \(merge\)\n +OfficeRnD o1 {2}https:\/\/o\.example\/o1\?a&b\n +HubSpot 7 /,
  );
});

test('a status stands by its label in HTML and text', () => {
  const statuses = { statusByStage: {}, stageByStatus: {}, labels: { stages: { s1: 'Closed Won' }, statuses: { o1: 'Won' } } };
  const mapping = { fields: [aTextField('status', { entity: 'opportunity', type: 'status' })], statuses };
  const look = { ...plainLook, valueOf: valuesBy(mapping), cellOf: cellsBy(mapping) };
  const moved: PlannedOperation = {
    ...anUpdate(''),
    entity: 'opportunity',
    fields: [{ field: 'status', base: null, officernd: 'o1', hubspot: 's1', rule: 'M3', action: 'writeHubspot' }],
  };
  expect(previewText([moved], undefined, look)).toContain('status: Closed Won → Won (M3)');
  expect(previewHtml(report, [moved], look)).toContain('<td>Closed Won</td><td>Won</td>');
});

test('a name that HubSpot gives in two parts is one name, in CSV, HTML and text', () => {
  const renamed = (action: 'writeHubspot' | 'writeOfficernd'): PlannedOperation => ({
    ...anUpdate(''),
    fields: [{ field: 'name', base: ['Member', '1'], officernd: 'Member 2', hubspot: ['Member', '2'], rule: 'M3', action }],
  });
  for (const action of ['writeHubspot', 'writeOfficernd'] as const) {
    const shown = [previewCsv([renamed(action)]), previewHtml(report, [renamed(action)]), previewText([renamed(action)])];
    for (const text of shown) {
      expect(text).toContain('Member 2');
      expect(text).not.toMatch(/Member["&,;]/);
    }
  }
  const blank = { field: 'name', base: null, officernd: 'Ann', hubspot: ['', null], rule: 'M2', action: 'writeHubspot' } as const;
  expect(previewText([{ ...anUpdate(''), fields: [blank] }])).toContain('name: null → "Ann" (M2)');
});

test('a preview as HTML is one page without scripts, in which every value is text', () => {
  const html = previewHtml(report, [unlink, anUpdate('<script>alert("x")</script>&\u202e')]);
  expect(html).not.toMatch(/<script|\u202e|src=|href=/);
  expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;\uFFFD');
  expect(html).toContain(`default-src 'none'`);
  expect(html.indexOf('How many of what')).toBeLessThan(html.indexOf('Values that would give way (1)'));
  expect(html.indexOf('Values that would give way (1)')).toBeLessThan(html.indexOf('Everything else (1)'));
});

test('a preview for people begins with totals, then shows what would give way, then the rest', () => {
  const text = previewText([unlink, anUpdate('2')], {
    tenant: 'acme',
    runId: 'r1',
    all: 5,
    binds: { digest: 'd', effects: 2, validUntil: '2026-01-15T00:00:00.000Z' },
  });
  const places = ['2 operations of 5 planned', 'Meaning', '1 value would give way:', 'Everything else:', 'orsync apply acme r1'].map(
    (part) => text.indexOf(part),
  );
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places).not.toContain(-1);
  expect(previewText([], { tenant: 'acme', runId: 'r1', all: 3 })).toBe('None of the 3 planned operations is of this kind.');
  expect(previewText([unlink, unlink, unlink], { tenant: 'acme', runId: 'r1', all: 3, most: 2 })).toContain('… and 1 more');
});

test('P2 what an applied preview lists and was not done is shown with the reason', () => {
  const notDone = undoneReasons.map((why) => ({ ...unlink, why }));
  const applied = {
    preview: 'r1',
    by: 'Ann',
    at: '2026-01-02T00:00:00.000Z',
    note: 'agreed with Bob',
    effects: 20,
    done: 7,
    notDone: {},
    unlisted: 1,
  };
  const text = appliedText(applied, { notDone, unlisted: [anUpdate('2')] });
  expect(text).toContain('Applies preview r1, as Ann asked at 2026-01-02 00:00:00 UTC: agreed with Bob.');
  expect(text).toContain('7 of 20 listed changes done.');
  expect(text.match(/1 not done, since /g)).toHaveLength(undoneReasons.length);
  expect(text).toContain('1 operation not on the list, so left for the next run:');
});
