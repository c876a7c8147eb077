import { company, companies, edited } from '../support/companies';
import { look, notedFailures } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** M10, A4: texts that cannot be kept, or that HubSpot does not take, hold back neither their record's other fields nor other records. */

/** A text that no document of MongoDB has room for. */
const huge = 'x'.repeat(17 * 1_048_576);

let stage: Stage;
beforeAll(async () => {
  stage = await createSharedStage();
});
afterAll(() => stage.stop());

test('M10 one text of more than 16 MB, in the first run and in later ones, and one that is too long for HubSpot', async () => {
  const tenant = 'too-long';
  await stage.putWorld(companies(1, 2, 3));
  await stage.edit('officernd', [
    edited(1, { description: huge, 'address.city': 'Leeds' }),
    edited(2, { description: 'y'.repeat(70_000), 'address.city': 'Hull' }),
    edited(3, { description: 'short', 'address.city': 'York' }),
  ]);
  await stage.applyTenant(tenant);
  const cities = async () => {
    const { values } = await look(stage);
    return ['1', '2', '3'].map((id) => [values(id)['city'] ?? null, (values(id)['description'] ?? '').length]);
  };
  for (const _ of ['first', 'second']) {
    const report = await stage.sync(tenant);
    expect(report).toMatchObject({ state: 'completed', failures: expect.any(Number) });
    expect(await cities()).toEqual([
      ['Leeds', 0],
      ['Hull', 0],
      ['York', 5],
    ]);
    const failures = (await notedFailures(stage, tenant)).map(({ subject, field, reason }) => [subject.split('/')[1], field, reason]);
    expect(failures).toHaveLength(2);
    expect(failures).toContainEqual([company(1), 'description', 'too-long']);
    expect(failures).toContainEqual([company(2), 'description', expect.stringContaining('description')]);
  }
  await stage.edit('officernd', [edited(1, { description: 'short now' }), edited(2, { description: 'short, too' })]);
  await stage.sync(tenant);
  expect((await cities()).map(([, length]) => length)).toEqual([9, 10, 5]);
  expect(await notedFailures(stage, tenant)).toEqual([]);
}, 240_000);
