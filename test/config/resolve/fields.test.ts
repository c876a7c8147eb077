import { someDefinitions } from '../fixtures';
import { companyField, fieldOf, mapped, problemsOf, resolved } from '../resolving';

describe('standard properties', () => {
  test('all are there, both ways, with HubSpot’s read-only ones marked', () => {
    const mapping = mapped();
    expect(mapping.fields).toHaveLength(8 + 8 + 5);
    expect(mapping.fields.every(({ direction, standard }) => direction === '↔' && standard)).toBe(true);
    expect(mapping.fields.filter(({ readOnly }) => readOnly.hubspot).map(({ key }) => key)).toEqual(['probability']);
  });

  test('a property that HubSpot’s definition says is read-only is marked (M12)', () => {
    const contacts = someDefinitions.hubspot.properties.contacts.map((one) => (one.name === 'phone' ? { ...one, readOnly: true } : one));
    const definitions = {
      ...someDefinitions,
      hubspot: { ...someDefinitions.hubspot, properties: { ...someDefinitions.hubspot.properties, contacts } },
    };
    expect(fieldOf(mapped({}, definitions), 'member', 'phone')?.readOnly).toEqual({ officernd: false, hubspot: true });
  });

  test('M5, M6: policies hold for all, a property’s own setting comes first', () => {
    const mapping = mapped({
      policies: { drift: 'enforce', neverErase: true },
      standard: { 'company.url': { direction: '<-', drift: 'report', neverErase: false }, 'member.phone': '->' },
    });
    expect(fieldOf(mapping, 'company', 'url')).toMatchObject({ direction: '←', drift: 'report', neverErase: false });
    expect(fieldOf(mapping, 'member', 'phone')).toMatchObject({ direction: '→', drift: 'enforce', neverErase: true });
  });

  test('the probability can go to a writable number property instead', () => {
    const mapping = mapped({ standard: { 'opportunity.probability': { direction: '→', hubspot: 'our_probability' } } });
    expect(fieldOf(mapping, 'opportunity', 'probability')).toMatchObject({
      hubspot: ['our_probability'],
      direction: '→',
      type: 'percent',
      readOnly: { hubspot: false },
    });
    expect(problemsOf({ standard: { 'opportunity.probability': { hubspot: 'a_text' } } })).toMatchObject([
      { setting: 'standard.opportunity.probability.hubspot' },
    ]);
  });

  test('a direction that could never do anything is refused', () => {
    expect(problemsOf({ standard: { 'opportunity.probability': '→' } })).toMatchObject([
      { setting: 'standard.opportunity.probability', message: expect.stringContaining('read-only') },
    ]);
  });

  test('a standard property that HubSpot lacks is named', () => {
    const definitions = {
      ...someDefinitions,
      hubspot: { ...someDefinitions.hubspot, properties: { ...someDefinitions.hubspot.properties, contacts: [] } },
    };
    expect(problemsOf({ entities: ['member'] }, definitions).map(({ setting }) => setting)).toContain('standard.member.email');
  });
});

describe('additional properties', () => {
  test.each([
    ['properties.VAT number', 'vat_number', '←', 'text'],
    ['properties.Text', 'a_number', '←', 'text'],
    ['properties.Text', 'a_select', '↔', 'text'],
    ['properties.No. of desks', 'a_number', '↔', 'number'],
    ['properties.No. of desks', 'a_text', '→', 'number'],
    ['properties.flag', 'a_bool', '↔', 'boolean'],
    ['properties.flag', 'a_check', '↔', 'boolean'],
    ['properties.since', 'a_date', '↔', 'date'],
    ['properties.since', 'a_datetime', '↔', 'datetime'],
    ['startDate', 'a_datetime', '↔', 'date'],
    ['properties.choice', 'a_select', '↔', 'enumeration'],
    ['properties.choice', 'a_text', '↔', 'enumeration'],
    ['properties.choices', 'a_multi', '↔', 'multi-enumeration'],
    ['properties.anywhere', 'a_text', '↔', 'text'],
    ['tags', 'a_multi', '→', 'multi-enumeration'],
    ['status', 'a_text', '→', 'enumeration'],
    ['billingDetails.vatNumber', 'a_text', '↔', 'text'],
    ['properties.Text', 'read_only', '←', 'text'],
  ])('%s with %s in the direction %s is compared as %s', (officernd, hubspot, direction, type) => {
    const mapping = mapped(companyField(officernd, hubspot, direction));
    expect(fieldOf(mapping, 'company', officernd)).toMatchObject({ officernd, hubspot: [hubspot], direction, type, standard: false });
  });

  test('L3 a company’s e-mail is mapped as one', () => {
    expect(fieldOf(mapped(companyField('email', 'a_text', '↔')), 'company', 'email')).toMatchObject({ type: 'email', officernd: 'email' });
  });

  test('the tenant may choose among the types that fit', () => {
    expect(
      fieldOf(mapped(companyField('properties.since', 'a_datetime', '↔', { type: 'date' })), 'company', 'properties.since')?.type,
    ).toBe('date');
    expect(problemsOf(companyField('properties.since', 'a_datetime', '↔', { type: 'number' }))).toEqual([
      { setting: 'additional.company[0].type', message: 'properties.since and a_datetime can be compared as datetime or date' },
    ]);
  });

  test.each([
    ['properties.VAT', 'a_text', '↔', 'officernd', 'have no custom property VAT; they have properties.VAT number, '],
    ['properties.VAT numbre', 'a_text', '↔', 'officernd', 'did you mean properties.VAT number?'],
    ['properties.vat NUMBER', 'a_text', '↔', 'officernd', 'did you mean properties.VAT number?'],
    ['properties.Access Card Nr', 'a_text', '↔', 'officernd', 'does not belong to OfficeRnD’s companies'],
    ['properties.odd', 'a_text', '↔', 'officernd', 'of the type geo'],
    ['properties.hubspot_link_id', 'a_text', '→', 'officernd', "can't be mapped"],
    ['constructor', 'a_text', '→', 'officernd', 'OfficeRnD has no field constructor'],
    ['phone', 'a_text', '→', 'officernd', 'OfficeRnD has no field phone'],
    ['name', 'a_text', '→', 'officernd', 'section "standard"'],
    ['email', 'absent', '↔', 'hubspot', 'companies have no property absent'],
    ['email', 'VAT Number', '↔', 'hubspot', 'did you mean vat_number?'],
    ['email', 'vat_nubmer', '↔', 'hubspot', 'did you mean vat_number?'],
    ['email', 'gone', '←', 'hubspot', 'is archived'],
    ['email', 'website', '←', 'hubspot', 'is mapped twice'],
    ['email', 'read_only', '→', 'direction', 'only ← is possible'],
    ['email', 'read_only', '↔', 'direction', 'only ← is possible'],
    [
      'status',
      'a_text',
      '←',
      'direction',
      'OfficeRnD’s status can’t be written (a company’s status is computed by OfficeRnD), so only → is possible',
    ],
    ['status', 'a_text', '↔', 'direction', 'only → is possible'],
    ['tags', 'a_multi', '↔', 'direction', 'only → is possible'],
    ['email', 'a_file', '←', 'direction', 'values of HubSpot’s property a_file can’t be kept in step'],
    ['email', 'a_json', '←', 'direction', 'can’t be kept in step'],
    ['properties.Text', 'a_number', '→', 'direction', 'OfficeRnD’s properties.Text holds a text, HubSpot’s a_number a number'],
    ['properties.No. of desks', 'a_text', '↔', 'direction', 'can’t be converted in the direction ↔'],
    ['properties.flag', 'a_number', '→', 'direction', 'can’t be converted'],
    ['properties.choice', 'a_multi', '←', 'direction', 'can’t be converted'],
    ['properties.choices', 'a_select', '→', 'direction', 'can’t be converted'],
  ])('%s with %s in the direction %s is refused for its %s: %s', (officernd, hubspot, direction, part, message) => {
    expect(problemsOf(companyField(officernd, hubspot, direction))).toEqual([
      { setting: `additional.company[0].${part}`, message: expect.stringContaining(message) },
    ]);
  });

  test('each side’s property can be mapped once', () => {
    const pair = (officernd: string, hubspot: string) => ({ officernd, hubspot, direction: '↔' });
    const company = [pair('email', 'a_text'), pair('email', 'vat_number'), pair('properties.Text', 'a_text')];
    expect(problemsOf({ additional: { company } })).toMatchObject([
      { setting: 'additional.company[1].officernd', message: 'email is mapped twice; keep one of the two' },
      { setting: 'additional.company[2].hubspot', message: 'a_text is mapped twice; keep one of the two' },
    ]);
  });

  test('everything that is wrong is listed, of all entities', () => {
    const additional = {
      company: [{ officernd: 'x', hubspot: 'y', direction: '↔' }],
      member: [{ officernd: 'status', hubspot: 'a_text', direction: '←' }],
      opportunity: [{ officernd: 'properties.budget', hubspot: 'pipeline', direction: '→' }],
    };
    expect(problemsOf({ additional }).map(({ setting }) => setting)).toEqual([
      'additional.company[0].officernd',
      'additional.company[0].hubspot',
      'additional.member[0].direction',
      'additional.opportunity[0].direction',
    ]);
  });

  test('entities that are not kept in step are not looked at', () => {
    const mapping = mapped({ entities: ['member'], additional: { company: [{ officernd: 'x', hubspot: 'y', direction: '↔' }] } });
    expect(mapping.entities).toEqual(['member']);
    expect(new Set(mapping.fields.map(({ entity }) => entity))).toEqual(new Set(['member']));
  });

  test('M10 choices that the other side does not offer are a warning', () => {
    expect(resolved(companyField('properties.choice', 'a_select', '↔')).warnings).toEqual(
      expect.arrayContaining([
        { setting: 'additional.company[0]', message: 'HubSpot does not offer c, and may refuse it' },
        { setting: 'additional.company[0]', message: 'OfficeRnD does not offer b, and may refuse it' },
      ]),
    );
  });
});
