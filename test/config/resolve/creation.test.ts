import { someDefinitions } from '../fixtures';
import { problemsOf, resolved } from '../resolving';

describe('L8 locations', () => {
  test('ids and names become ids, option labels become values', () => {
    const locations = { property: 'office', map: { Downtown: 'Downtown Hub', up: 'loc-2', elsewhere: 'loc-1' }, default: 'downtown hub' };
    const { mapping, warnings } = resolved({ locations });
    expect(mapping.creation.locations).toEqual({
      available: ['loc-1', 'loc-2'],
      property: 'office',
      byValue: { dt: 'loc-1', up: 'loc-2', elsewhere: 'loc-1' },
      defaultId: 'loc-1',
    });
    expect(warnings).toContainEqual({
      setting: 'locations.map',
      message: 'HubSpot offers no option elsewhere, so no record will match it',
    });
  });

  test('unknown locations and properties are answered with the ones there are', () => {
    expect(problemsOf({ locations: { property: 'branch', map: { Downtown: 'Midtown' }, default: 'Nowhere' } })).toEqual([
      { setting: 'locations.property', message: 'HubSpot has no property branch of companies or contacts; give its internal name' },
      {
        setting: 'locations.map.Downtown',
        message: 'OfficeRnD has no location Midtown; there are: loc-2 (Uptown Hub), loc-1 (Downtown Hub)',
      },
      { setting: 'locations.default', message: 'OfficeRnD has no location Nowhere; there are: loc-2 (Uptown Hub), loc-1 (Downtown Hub)' },
    ]);
  });

  test('two locations of one name need an id', () => {
    const locations = [...someDefinitions.officernd.locations, { id: 'loc-3', name: 'Uptown Hub' }];
    const definitions = { ...someDefinitions, officernd: { ...someDefinitions.officernd, locations } };
    expect(problemsOf({}, definitions)).toMatchObject([
      { setting: 'locations.default', message: expect.stringContaining('several locations named Uptown Hub') },
    ]);
  });

  test.each([
    [null, 'records with such a value won’t be created unless their company has a location (L8)'],
    ['Uptown Hub', 'records with such a value get the default location'],
  ])('L8 options without a location are a note, with the default location %j', (standard, what) => {
    const { warnings } = resolved({ locations: { property: 'office', map: { Downtown: 'Downtown Hub' }, default: standard } });
    expect(warnings).toContainEqual({ setting: 'locations.map', message: `no location is chosen for up (Uptown); ${what}` });
  });

  test('several locations and no rule are a warning', () => {
    expect(resolved({ locations: {} }).warnings).toContainEqual({
      setting: 'locations',
      message: expect.stringContaining('won’t be created (L8)'),
    });
  });
});

describe('L10 creation filter', () => {
  test('holds back the entities whose HubSpot object has the property, by values or labels', () => {
    const { mapping, warnings } = resolved({
      create: { filter: [{ property: 'lifecyclestage', in: ['Customer', 'opportunity', 'fan'] }] },
    });
    expect(mapping.creation.filter).toEqual([
      { property: 'lifecyclestage', in: ['customer', 'opportunity', 'fan'], entities: ['company', 'member'] },
    ]);
    expect(warnings).toEqual(
      expect.arrayContaining([
        {
          setting: 'create.filter[0]',
          message: 'HubSpot’s deals have no property lifecyclestage, so this condition does not hold them back',
        },
        { setting: 'create.filter[0].in', message: 'HubSpot offers no option fan, so no record will match it' },
      ]),
    );
  });

  test('a property that HubSpot does not have is refused', () => {
    expect(problemsOf({ create: { filter: [{ property: 'stage', in: ['x'] }] } })).toEqual([
      {
        setting: 'create.filter[0].property',
        message: 'HubSpot has no property stage of companies or contacts or deals; give its internal name',
      },
    ]);
  });
});
