import { linkDefinitions } from '../../../config/resolve/officernd-paths';
import { linkPropertyWarnings } from '../../../config/resolve/warnings';
import { entities } from '../../../domain/entity';

/** L6: for which entities OfficeRnD lists a definition of the link property. */

const defined = (...targets: readonly string[]) => ({ key: 'hubspot_link_id', title: 'Link', type: 'String', targets, values: [] });

test.each([
  ['no definition', [], []],
  ['one for each', [defined('Team'), defined('member'), defined('lead')], ['company', 'member', 'opportunity']],
  ['one for some', [defined('member', 'lead')], ['member', 'opportunity']],
  ['one without targets', [defined()], ['company', 'member', 'opportunity']],
  ['another property', [{ ...defined('member'), key: 'hubspot_sync_errors' }], []],
])('L6 %s', (_title, properties, found) => {
  expect(linkDefinitions(entities, properties)).toEqual(found);
});

test('L6 the warning names the entities without one, and stops nothing', () => {
  expect(linkPropertyWarnings(entities, entities)).toEqual([]);
  const [warning, ...others] = linkPropertyWarnings(entities, ['member']);
  expect(warning?.message).toMatch(/hubspot_link_id for company, opportunity; .* nothing is created there .* define it/);
  expect(others).toEqual([]);
});
