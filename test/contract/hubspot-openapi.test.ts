import type { ValidateFunction } from 'ajv';
import { calm, emulatorUnderTest, type Answer, type EmulatorUnderTest } from '../support/hubspot-emulator';
import { calls } from '../support/hubspot-openapi-calls';
import { createSchemas, missingSchemas } from '../support/hubspot-openapi-schemas';

const missing = missingSchemas();
const suite = missing === null ? describe : describe.skip;
if (missing !== null) process.stderr.write(`Skipped: ${missing}\n`);

suite("answers fit HubSpot's own OpenAPI descriptions", () => {
  let hs: EmulatorUnderTest;
  const schemas = createSchemas();
  beforeAll(async () => {
    hs = await emulatorUnderTest();
  });
  afterAll(() => hs.stop());

  const marker = [{ name: 'marker', hasUniqueValue: true }];
  const world = {
    properties: { companies: [...marker, { name: 'made' }, { name: 'made_too' }], contacts: marker, deals: marker },
    companies: [
      { id: '1', properties: { name: 'One' } },
      { id: '2', properties: { name: 'Two' } },
    ],
    contacts: [
      { id: '11', properties: { email: 'a@x.example', firstname: 'A' }, associations: { companies: ['1'] } },
      { id: '12', properties: { email: 'b@x.example', firstname: 'B' } },
    ],
    deals: [
      { id: '21', properties: { dealname: 'D', dealstage: 'qualifiedtobuy' }, associations: { companies: ['1'], contacts: ['11'] } },
      { id: '22', properties: { dealname: 'E', dealstage: 'qualifiedtobuy' } },
    ],
  };
  const fresh = { ...world, properties: { companies: marker, contacts: marker, deals: marker } };

  test.each(calls.map((call) => [`${call[0]} ${call[2]} ${call[1]} → ${call[4]}`, call] as const))(
    '%s',
    async (_title, [spec, template, method, url, status, body]) => {
      const makes = method === 'POST' && /properties\/.*companies(\/batch\/create)?$/.test(url);
      await hs.reset(makes ? fresh : world, { ...calm, associationIdAsString: url.includes('2026-09') });
      if (url.includes('/groups/')) await hs.call('POST', '/crm/v3/properties/companies/groups', { name: 'sync', label: 'Sync' });
      const answer = await hs.call(method, url, body);
      expect([answer.status, answer.text]).toEqual([status, expect.anything()]);
      expect(problems(schemas(spec, template, method, status), answer)).toEqual([]);
    },
  );
});

function problems(validate: ValidateFunction | undefined, answer: Answer): readonly string[] {
  if (validate === undefined) return answer.text === '' ? [] : ['the description has no body'];
  return validate(answer.body) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}
