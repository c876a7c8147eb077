import { z } from 'zod';
import { idOf, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { thorough } from '../support/thorough';

/** V3: a mapping whose property, stage or status is gone pauses by itself, and everything else goes on. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const company = (number: number) => idOf('company', number);
const opportunity = (number: number) => idOf('opportunity', number);
const status = (number: number) => idOf('status', number);
const named = (name: string) => expect.stringContaining(name) as unknown;

const inHubSpot = (type: string, id: string, properties: object, op = 'update') => stage.edit('hubspot', [{ op, type, id, properties }]);

const statusSchema = z.object({
  pausedFields: z.array(z.object({ entity: z.string(), field: z.string(), message: z.string() })),
});
const pausedIn = async (tenant: string) =>
  statusSchema.parse(JSON.parse((await stage.cli('status', tenant, '--json')).stdout)).pausedFields;

test('V3 B3 a property that is gone pauses its field alone; report and status name it, and its base is kept for its return', async () => {
  const tenant = 'paused-property';
  await stage.putWorld({
    officernd: {
      customProperties: [{ key: 'VAT', type: 'String', targets: ['team'] }],
      companies: [1, 2].map((number) => ({ _id: company(number), name: `C${number}`, properties: { VAT: `GB${number}` } })),
    },
    hubspot: {
      properties: { companies: [{ name: 'vat', label: 'VAT', type: 'string', fieldType: 'text' }] },
      companies: [1, 2].map((number) => ({ id: `${number}`, properties: { name: `C${number}`, vat: `GB${number}` } })),
    },
  });
  const settings = { additional: { company: [{ officernd: 'properties.VAT', hubspot: 'vat', direction: '↔' }] } };
  await stage.applyTenant(tenant, settings);
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', paused: [] });

  await inHubSpot('property', 'companies/vat', {}, 'archive');
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(1), fields: {}, properties: { VAT: 'GB1 new' } }]);
  await inHubSpot('companies', '2', { city: 'Leeds' });
  for (const mode of ['full', 'incremental'])
    expect(await stage.sync(tenant, ['--mode', mode])).toMatchObject({
      state: 'completed',
      conflicts: 0,
      drift: 0,
      paused: [{ entity: 'company', field: 'properties.VAT', message: named('vat') }],
    });
  expect(await pausedIn(tenant)).toMatchObject([{ entity: 'company', field: 'properties.VAT', message: named('vat') }]);
  expect((await stage.cli('status', tenant)).stdout).toMatch(/Paused, company: properties\.VAT.*vat/);
  const during = await look(stage);
  expect(during.officernd(company(2))).toMatchObject({ address: { city: 'Leeds' }, properties: { VAT: 'GB2' } });
  expect(during.officernd(company(1))?.properties['VAT']).toBe('GB1 new');
  // Pausing is for what goes away later: a file that names it is refused.
  const file = stage.writeFile('paused.json', stage.tenantFile(tenant, { entities: ['company'], ...settings }));
  for (const command of ['check', 'apply'])
    expect(await stage.cli('tenant', command, file)).toMatchObject({ code: 2, stderr: named('vat') });

  await inHubSpot('property', 'companies/vat', { label: 'VAT', type: 'string', fieldType: 'text' }, 'create');
  await stage.edit(
    'hubspot',
    [1, 2].map((number) => ({ op: 'update', type: 'companies', id: `${number}`, properties: { vat: `GB${number}` } })),
  );
  // Without its base, the value would give way as at a first link (M2).
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', firstLink: 0, paused: [] });
  expect((await look(stage)).values('1')['vat']).toBe('GB1 new');
  expect(await pausedIn(tenant)).toEqual([]);
});

thorough('V3 a status that was renamed pauses the deals of its stage; other deals, companies and a new deal’s creation go on', async () => {
  const tenant = 'paused-status';
  const stages = { appointmentscheduled: 'New', qualifiedtobuy: 'Tour', closedwon: 'Won' };
  const deal = (number: number, dealstage: string) => ({
    id: `1${number}`,
    properties: { dealname: `Rent ${number}`, pipeline: 'default', dealstage },
    associations: { companies: ['1'] },
  });
  await stage.putWorld({
    officernd: {
      opportunityStatuses: ['New', 'Tour', 'Won'].map((description, index) => ({ _id: status(index + 1), description, probability: 20 })),
      companies: [{ _id: company(1), name: 'C1' }],
      opportunities: [
        { _id: opportunity(1), name: 'Rent 1', company: company(1), status: status(3) },
        { _id: opportunity(2), name: 'Rent 2', company: company(1), status: status(1) },
      ],
    },
    hubspot: {
      companies: [{ id: '1', properties: { name: 'C1' } }],
      deals: [deal(1, 'closedwon'), deal(2, 'appointmentscheduled')],
    },
  });
  await stage.applyTenant(tenant, { opportunities: { statuses: stages } });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', paused: [] });

  const rename = (description: string) =>
    stage.edit('officernd', [{ op: 'update', type: 'opportunitystatus', id: status(3), fields: { description } }]);
  await rename('Signed');
  await inHubSpot('deals', '12', { dealstage: 'qualifiedtobuy' });
  await inHubSpot('companies', '1', { city: 'Leeds' });
  const paused = await stage.sync(tenant);
  expect(paused).toMatchObject({
    state: 'completed',
    failures: 0,
    paused: [{ entity: 'opportunity', field: 'status', message: named('Won') }],
  });
  const during = await look(stage);
  expect(during.officernd(opportunity(2))?.['status']).toBe(status(2));
  expect(during.officernd(company(1))).toMatchObject({ address: { city: 'Leeds' } });
  expect(during.officernd(opportunity(1))?.['status']).toBe(status(3));
  expect(during.values('11')['dealstage']).toBe('closedwon');

  await rename('Won');
  await inHubSpot('deals', '11', { dealstage: 'qualifiedtobuy' });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', paused: [], firstLink: 0, conflicts: 0 });
  expect((await look(stage)).officernd(opportunity(1))?.['status']).toBe(status(2));
});

thorough('V3 without their pipeline only the opportunities are left out, and its return takes up what came meanwhile', async () => {
  const tenant = 'paused-entity';
  const portal = (label: string, city: string) => ({
    pipelines: [{ id: 'sales', label, stages: [{ id: 'new', label: 'New', metadata: { probability: '0.2' } }] }],
    companies: [{ id: '1', properties: { name: 'C1', city } }],
    deals: [
      { id: '11', properties: { dealname: 'Rent', pipeline: 'sales', dealstage: 'new', amount: '5' }, associations: { companies: ['1'] } },
    ],
  });
  await stage.putWorld({
    officernd: {
      opportunityStatuses: [{ _id: status(1), description: 'New', probability: 20 }],
      companies: [{ _id: company(1), name: 'C1' }],
      opportunities: [{ _id: opportunity(1), name: 'Rent', company: company(1), status: status(1) }],
    },
    hubspot: portal('Sales', ''),
  });
  await stage.applyTenant(tenant, { opportunities: { pipeline: 'Sales' } });
  await stage.sync(tenant);
  await stage.admin('hubspot', 'PUT', '/world', portal('Selling', 'Leeds'));
  await stage.edit('officernd', [{ op: 'update', type: 'opportunities', id: opportunity(1), fields: { dealSize: 7 } }]);
  const paused = await stage.sync(tenant);
  expect(paused).toMatchObject({ state: 'completed', paused: [{ entity: 'opportunity', field: 'pipeline', message: named('Sales') }] });
  expect(Object.keys(paused.phases.update)).toEqual(['company']);
  expect((await look(stage)).officernd(company(1))).toMatchObject({ address: { city: 'Leeds' } });
  expect((await look(stage)).values('11')['amount']).toBe('5');

  await stage.admin('hubspot', 'PUT', '/world', portal('Sales', 'Leeds'));
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', paused: [], conflicts: 0, firstLink: 0 });
  expect((await look(stage)).values('11')['amount']).toBe('7');
});

thorough('V3 L10 a filter whose property is gone from the contacts opens for nobody: members wait, companies go on', async () => {
  const tenant = 'paused-filter';
  const stageProperty = { name: 'stage', label: 'Stage', type: 'string', fieldType: 'text' };
  const contact = (number: number) => ({
    id: `1${number}`,
    properties: { firstname: 'Ann', lastname: `L${number}`, email: `a${number}@x.org` },
  });
  await stage.putWorld({
    officernd: { locations: [{ _id: idOf('location', 1), name: 'Here' }], members: [] },
    hubspot: {
      properties: { companies: [stageProperty], contacts: [stageProperty] },
      companies: [{ id: '2', properties: { name: 'C2' } }],
      contacts: [1, 2].map(contact),
    },
  });
  await stage.applyTenant(tenant, { create: { filter: [{ property: 'stage', in: ['customer'] }] } });
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', paused: [] });

  await inHubSpot('property', 'contacts/stage', {}, 'archive');
  await stage.edit('hubspot', [{ op: 'create', type: 'companies', id: '1', properties: { name: 'C1', stage: 'customer' } }]);
  expect(await stage.sync(tenant)).toMatchObject({
    state: 'completed',
    failures: 0,
    paused: [{ entity: 'member', field: 'creation', message: named('stage') }],
    phases: { link: { company: { created: 1 }, member: { created: 0, skipped: 2 } } },
  });

  await inHubSpot('property', 'contacts/stage', stageProperty, 'create');
  await inHubSpot('contacts', '11', { stage: 'customer' });
  expect(await stage.sync(tenant)).toMatchObject({
    state: 'completed',
    paused: [],
    phases: { link: { member: { created: 1, skipped: 1 } } },
  });
});
