import { z } from 'zod';
import { idOf, inStore, look } from '../support/sight';
import { createSharedStage, reportSchema } from '../support/stage';
import type { SeenReport, Stage } from '../support/stage';

/**
 * Changes around the records: a mapping is added, a stage is renamed, a property becomes read-only. Incremental runs
 * notice each, read everything once, and go on incrementally. A watermark survives a run that did not come to its end.
 */

const tenant = 'changing';
const COMPANIES = 3;
const company = (number: number) => idOf('company', number);
const numbers = Array.from({ length: COMPANIES }, (_, index) => index + 1);
const DEAL = idOf('opportunity', 1);

const settings = {
  timeZone: 'UTC',
  opportunities: { pipeline: 'default', statuses: { appointmentscheduled: 'New' } },
};
const withVat = { ...settings, additional: { company: [{ officernd: 'properties.VAT', hubspot: 'vat_number', direction: '←' }] } };

const operation = z.looseObject({
  entity: z.string(),
  kind: z.string(),
  fields: z.array(z.looseObject({ field: z.string(), rule: z.string() })),
});
const previewSchema = reportSchema.extend({ operations: z.array(operation) });

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
  await stage.putWorld({
    officernd: {
      customProperties: [{ key: 'VAT', type: 'String', targets: ['team'] }],
      opportunityStatuses: [
        { _id: idOf('status', 1), description: 'New', probability: 20 },
        { _id: idOf('status', 2), description: 'In talks', probability: 40 },
      ],
      companies: numbers.map((number) => ({ _id: company(number), name: `Company ${number}` })),
      members: [],
      opportunities: [{ _id: DEAL, name: 'Rent', company: company(1), status: idOf('status', 1), probability: 20 }],
    },
    hubspot: {
      properties: { companies: [{ name: 'vat_number', label: 'VAT number', type: 'string', fieldType: 'text' }], contacts: [], deals: [] },
      companies: numbers.map((number) => ({ id: `${number}`, properties: { name: `Company ${number}`, vat_number: `GB${number}` } })),
      contacts: [],
      deals: [
        {
          id: '10',
          properties: { dealname: 'Rent', pipeline: 'default', dealstage: 'appointmentscheduled' },
          associations: { companies: ['1'], contacts: [] },
        },
      ],
    },
  });
  expect((await stage.applyTenant(tenant, settings)).code).toBe(0);
  await stage.sync(tenant);
});

afterAll(() => stage.stop());

const incremental = (): Promise<SeenReport> => stage.sync(tenant, ['--mode', 'incremental']);
const readsEverything = ({ calls }: SeenReport): boolean =>
  Object.keys(calls.hubspot.byRoute).some((route) => route.startsWith('GET /crm/objects/'));

test('M2 a new mapping is backfilled by the next run, an incremental one too, and a preview shows it before', async () => {
  expect(readsEverything(await incremental())).toBe(false);
  expect((await stage.applyTenant(tenant, withVat)).code).toBe(0);
  const { stdout } = await stage.cli('sync', tenant, '--mode', 'preview', '--wait', '--json');
  const { operations } = previewSchema.parse(JSON.parse(stdout));
  expect(operations.map(({ kind, fields }) => [kind, fields.map(({ field, rule }) => [field, rule])])).toEqual(
    numbers.map(() => ['updateOfficernd', [['properties.VAT', 'M2']]]),
  );
  expect((await look(stage)).officernd(company(1))?.properties['VAT']).toBeUndefined();

  const report = await incremental();
  expect(readsEverything(report)).toBe(true);
  expect(report.phases.update['company']).toMatchObject({ updatedOfficernd: COMPANIES });
  const after = await look(stage);
  for (const number of numbers) expect(after.officernd(company(number))?.properties['VAT']).toBe(`GB${number}`);
  expect(readsEverything(await incremental())).toBe(false);
});

test('M12 a stage that gets a counterpart by its new label is noticed, without an edit of any record', async () => {
  await stage.edit('hubspot', [{ op: 'update', type: 'deals', id: '10', properties: { dealstage: 'qualifiedtobuy' } }]);
  expect(await incremental()).toMatchObject({ drift: 1 });
  expect((await look(stage)).officernd(DEAL)?.['status']).toBe(idOf('status', 1));

  await stage.edit('hubspot', [{ op: 'update', type: 'stage', id: 'qualifiedtobuy', properties: { label: 'In talks' } }]);
  const report = await incremental();
  expect(readsEverything(report)).toBe(true);
  expect(report).toMatchObject({ drift: 0 });
  expect((await look(stage)).officernd(DEAL)?.['status']).toBe(idOf('status', 2));
  expect(readsEverything(await incremental())).toBe(false);
});

test('V3 a property that is gone pauses its field alone, once with everything read, and its return reads everything again', async () => {
  await stage.edit('hubspot', [{ op: 'archive', type: 'property', id: 'companies/vat_number' }]);
  const paused = await incremental();
  const message = expect.stringContaining('vat_number') as unknown;
  expect(paused).toMatchObject({ state: 'completed', paused: [{ entity: 'company', field: 'properties.VAT', message }] });
  expect(readsEverything(paused)).toBe(true);
  expect(readsEverything(await incremental())).toBe(false);
});

test('A2 edits during a run that was stopped are found by the next run, despite its watermark', async () => {
  await stage.edit('hubspot', [
    { op: 'create', type: 'property', id: 'companies/vat_number', properties: { label: 'VAT', type: 'string', fieldType: 'text' } },
    { op: 'update', type: 'companies', id: '2', properties: { name: 'Company Two' } },
  ]);
  // A run that began after the edit and never ended. A dead worker and server leave such a run behind.
  await inStore(stage, async (db) => {
    const runs = db.collection<{ readonly _id: string; readonly tenant: string; readonly startedAt: Date }>('runs');
    const last = await runs.findOne({ tenant }, { sort: { startedAt: -1 } });
    if (last === null) throw new Error('There has been no run.');
    await runs.insertOne(Object.assign(last, { _id: `${tenant}/died`, id: 'died', state: 'running', startedAt: new Date() }));
  });
  const report = await incremental();
  expect(readsEverything(report)).toBe(true);
  expect(report).toMatchObject({ paused: [], firstLink: 0 });
  expect((await look(stage)).officernd(company(2))?.name).toBe('Company Two');
  expect(readsEverything(await incremental())).toBe(false);
});
