import { z } from 'zod';
import { connectStore } from '../../store/connect';
import { companies } from '../support/companies';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Stored tenants that `orsync tenant apply` has not written like this: by somebody who may write to the collection `tenants`, or an old release. */

let stage: Stage;
beforeAll(async () => {
  stage = await createSharedStage();
  await stage.putWorld(companies(1));
});
afterAll(() => stage.stop());

/** A tenant with its secrets in files, as in production. */
function tenantFile(tenant: string): string {
  const { clientId, clientSecret, accessToken } = { ...stage.officernd, ...stage.hubspot };
  const [id, secret, token] = [clientId, clientSecret, accessToken].map((text, index) => ({
    file: stage.writeFile(`secret-${index}`, text),
  }));
  const { officernd, hubspot, ...rest } = stage.tenantFile(tenant, { entities: ['company'] });
  return stage.writeFile(`${tenant}.json`, {
    ...rest,
    officernd: { ...Object(officernd), clientId: id, clientSecret: secret },
    hubspot: { ...Object(hubspot), accessToken: token },
  });
}

/** Writes one setting of a stored tenant, as somebody does who has MongoDB's password. */
async function changeStored(tenant: string, setting: string, value: z.core.util.JSONType): Promise<void> {
  const store = await connectStore({ uri: stage.env['MONGODB_URI'] ?? '' });
  try {
    const config = z.record(z.string(), z.json()).parse((await store.tenants.get(tenant))?.config);
    const [group = '', name = ''] = setting.split('.');
    const before = z.record(z.string(), z.json()).parse(config[group]);
    await store.tenants.put(tenant, { ...config, [group]: { ...before, [name]: value } }, new Date());
  } finally {
    await store.close();
  }
}

const blocked = z.looseObject({ state: z.literal('blocked'), trouble: z.object({ setting: z.string(), message: z.string() }) });

test.each([
  ['a variable of the installation', 'hubspot.accessToken', { env: 'MONGODB_URI' }],
  ['a file of the machine', 'officernd.clientSecret', { file: '/etc/passwd' }],
  ['an address of a stranger for HubSpot', 'hubspot.apiUrl', 'https://stranger.example'],
  ['an address of a stranger for OfficeRnD’s tokens', 'officernd.tokenUrl', 'https://stranger.example/token'],
])('A6 the stored tenant names %s: the run is blocked before its first call, and says why', async (_what, setting, value) => {
  const tenant = `stored-${setting.replace('.', '-').toLowerCase()}`;
  expect(await stage.cli('tenant', 'apply', tenantFile(tenant))).toMatchObject({ code: 0 });
  await changeStored(tenant, setting, value);
  const calls = async () => [(await stage.requests('officernd')).total, (await stage.requests('hubspot')).total];
  const before = await calls();
  const { code, stdout, stderr } = await stage.cli('sync', tenant, '--wait', '--json');
  expect([code, await calls()]).toEqual([3, before]);
  const { trouble } = blocked.parse(JSON.parse(stdout));
  expect(trouble.setting).toBe(setting);
  expect(trouble.message).toMatch(/may not stand in|is not in|may be sent to/);
  expect(`${stdout}${stderr}`).not.toContain(stage.env['MONGODB_URI']);
  expect(await stage.cli('cancel', tenant)).toMatchObject({ code: 0 });
});

test('A4 a stored tenant that can’t be used, as after an upgrade, stops no command about another, and can be removed', async () => {
  const [broken, other] = ['stored-broken', 'stored-other'];
  expect(await stage.cli('tenant', 'apply', tenantFile(broken))).toMatchObject({ code: 0 });
  await changeStored(broken, 'hubspot.portalId', 'seven');
  expect(await stage.cli('tenant', 'apply', tenantFile(other))).toMatchObject({ code: 0 });
  const { code, stdout } = await stage.cli('tenant', 'list', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    {
      tenants: expect.arrayContaining([
        expect.objectContaining({ tenant: broken, organization: null, portalId: null, entities: [], isUsable: false }),
        expect.objectContaining({ tenant: other, portalId: stage.hubspot.portalId, entities: ['company'] }),
      ]),
    },
  ]);
  expect((await stage.cli('tenant', 'list')).stdout).toMatch(/ stored-broken +│ not usable +│ see "orsync doctor stored-broken" /);
  expect(await stage.cli('tenant', 'remove', broken)).toMatchObject({ code: 0 });
});
