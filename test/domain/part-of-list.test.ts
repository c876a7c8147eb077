import { partNames, unknownIn } from '../../domain/part-of-list';
import type { Part } from '../../domain/part-of-list';

const effects = [
  { entity: 'member', officerndId: 'o1', hubspotId: '1' },
  { entity: 'member', officerndId: null, hubspotId: '2' },
  { entity: 'company', officerndId: 'o3', hubspotId: '1' },
] as const;
const named = (part: Partial<Part>) => effects.filter(partNames({ entities: null, ids: null, ...part })).map((one) => effects.indexOf(one));

test.each([
  ['nothing but the list: all of it', {}, [0, 1, 2]],
  ['an entity', { entities: ['company'] as const }, [2]],
  ['an id of HubSpot', { ids: ['2'] }, [1]],
  ['an id of OfficeRnD', { ids: ['o3'] }, [2]],
  ['the value of the link property', { ids: ['12345-2'] }, [1]],
  ['an id that two entities have', { ids: ['1'] }, [0, 2]],
  ['an id and an entity', { ids: ['1'], entities: ['member'] as const }, [0]],
  ['no id at all', { ids: [] }, []],
])('P2 a part names %s', (_title, part, expected) => expect(named(part)).toEqual(expected));

test('P2 ids that are in no list are told', () => {
  expect(unknownIn({ entities: null, ids: ['1', 'o9', '77-2', '77-9'] }, effects)).toEqual(['o9', '77-9']);
});
