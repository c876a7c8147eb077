import { hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import type { JsonObject } from '../../emulators/shared/json';
import { additional, fieldKeys, pools } from './catalogue';
import type { Twist } from './schedule';

/** A change of a vendor that is unlike usual, and how it is put back: by its settings, or by edits of the account. */
export interface Change {
  readonly side: Side;
  readonly does: JsonObject;
  readonly undoes: JsonObject;
  /** Edits instead of settings. */
  readonly isEdit: boolean;
}

/** Fields of OfficeRnD that may be missing everywhere without making records others. */
const omissible: Readonly<Record<Entity, readonly string[]>> = {
  company: ['url', 'description', 'address.city', 'properties.VAT no.'],
  member: ['phone', 'address.city', 'properties.newsletter'],
  opportunity: ['dealSize', 'startDate'],
};

/** Whole fields of OfficeRnD that a write of another one may clear. */
const erasable: Readonly<Record<Entity, readonly string[]>> = {
  company: ['url', 'description', 'address'],
  member: ['phone', 'address'],
  opportunity: ['dealSize', 'startDate'],
};

/** HubSpot's properties that a write must not leave blank. */
const requirable: Readonly<Record<Entity, readonly string[]>> = {
  company: ['website', 'city', 'description'],
  member: ['phone', 'city', 'lastname'],
  opportunity: ['amount', 'closedate'],
};

/** The OfficeRnD field that a twist hides. */
export const hiddenField = ({ entity, field }: Twist): string => chosen(omissible[entity], field);

/** The HubSpot property that a twist leaves out. */
export const omittedProperty = ({ entity, field }: Twist): string => chosen(propertiesOf(entity), field);

/** The OfficeRnD field that a twist clears with each write. */
export const erasedField = ({ entity, field }: Twist): string => chosen(erasable[entity], field);

/** The change that a twist is. */
export function changeOf(twist: Twist): Change {
  const { name, entity, field } = twist;
  const [resource, object] = [officerndResourceOf[entity], hubSpotObjectOf[entity]];
  const setting = (side: Side, does: JsonObject, undoes: JsonObject): Change => ({ side, does, undoes, isEdit: false });
  const listed = (side: Side, key: string, type: string, value: JsonValue): Change =>
    setting(side, { [key]: { [type]: [value] } }, { [key]: { [type]: [] } });
  switch (name) {
    case 'HubSpot leaves a property out':
      return listed('hubspot', 'omitProperties', object, omittedProperty(twist));
    case 'OfficeRnD leaves a field out':
      return listed('officernd', 'omitFields', resource, hiddenField(twist));
    case 'HubSpot property required':
      return listed('hubspot', 'requiredProperties', object, chosen(requirable[entity], field));
    case 'side effect of a write':
      return listed('officernd', 'sideEffects', resource, erasedField(twist));
    case 'link id refused':
      return setting('officernd', { linkProperty: 'reject' }, { linkProperty: 'accept' });
    case 'link id dropped':
      return setting('officernd', { linkProperty: 'drop' }, { linkProperty: 'accept' });
    case 'e-mail taken':
      return setting('officernd', { memberEmailUnique: true }, { memberEmailUnique: false });
    case 'HubSpot property deleted': {
      const { hubspot: id, type, entity: of } = additional.find((one) => one.entity === entity) ?? additional[0];
      const place = { type: 'properties', object: hubSpotObjectOf[of], id };
      const properties = { type: type === 'boolean' ? 'bool' : 'string' };
      return { side: 'hubspot', does: { op: 'delete', ...place }, undoes: { op: 'create', ...place, properties }, isEdit: true };
    }
  }
}

const propertiesOf = (entity: Entity): readonly string[] =>
  fieldKeys(entity).flatMap((key) => Object.keys(pools[entity][key]?.hubspot[0] ?? {}));

const chosen = (names: readonly string[], index: number): string => names[index % names.length] ?? '';
