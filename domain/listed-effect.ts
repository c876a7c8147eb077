import { MADE_UP_ID } from './ids';
import type { JsonValue } from './json';
import type { FieldChange, Operation } from './operation';
import type { Effect, ProposalBasis } from './proposal';
import { stableJson } from './stable-json';
import type { Entity } from './entity';
import { isBlank, isList } from './values/blank';

/** A preview can be applied for this long. */
export const PREVIEW_VALID_DAYS = 14;

/** One effect on the list of a preview. `officerndId` is null for a record that does not exist yet. */
export interface ListedEffect extends Effect, Pick<Operation, 'phase' | 'place'> {}

/**
 * The effects of an operation. An update has one for each field, so that a changed value holds back no other field. Everything else is one
 * effect.
 * @param isNew whether the OfficeRnD record was created by the same run. A preview shows that itself, by the id that it has made up. An unlink
 * of the same HubSpot record came before, and names the former partner.
 */
export function effectsOf(operation: ListedEffect, isNew = false): readonly ListedEffect[] {
  const { phase, entity, kind, officerndId, hubspotId, reason, fields, place } = operation;
  const isMadeUp = officerndId?.startsWith(MADE_UP_ID) === true;
  const effect: ListedEffect = {
    phase,
    entity,
    kind,
    officerndId: (isNew && phase !== 'unlink') || isMadeUp ? null : officerndId,
    hubspotId,
    reason,
    fields,
    ...(place !== undefined && { place }),
  };
  return phase === 'update' ? fields.map((field) => ({ ...effect, fields: [field] })) : [effect];
}

/**
 * The text that the hash of a listed effect is made of. Two effects are the same if all that a person has read of them is: the records, the
 * rule and every value.
 */
export const listedText = ({ phase, entity, kind, officerndId, hubspotId, reason, fields, place }: ListedEffect): string =>
  stableJson([phase, entity, kind, officerndId, hubspotId, reason, fields.map(readText), place ?? null]);

/** A change as a person reads it. A vendor may give a blank in another form when it is asked again. */
const readText = ({ field, base, officernd, hubspot, rule, action }: FieldChange) =>
  [field, rule, action, ...[base, officernd, hubspot].map(withoutBlanks)] as const;

const withoutBlanks = (raw: JsonValue): JsonValue => (isBlank(raw) ? null : isList(raw) ? raw.map(withoutBlanks) : raw);

interface DigestedPreview {
  readonly tenant: string;
  readonly entities: readonly Entity[];
  readonly basis: ProposalBasis;
  /** The hashes of all effects, in any order. */
  readonly effects: readonly string[];
}

/** The text that a preview's digest is made of: tenant, pair, configuration, entities and every effect. */
export const previewDigestText = ({ tenant, entities, basis, effects }: DigestedPreview): string =>
  stableJson([tenant, basis.pair, basis.configuration, 'preview', entities, effects.toSorted()]);
