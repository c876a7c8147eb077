import { officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { LINK_PROPERTY } from '../../domain/ids';
import { LINK_PATH } from '../../domain/ids';
import { asList } from '../../domain/printable';
import type { NotedSurprises } from './surprise-notes';

/** S1, S2: OfficeRnD does not do what it is asked to. Nothing more is written until a person resumes the run. */
export class WritesStopped extends Error {
  override readonly name = 'WritesStopped';
}

/** S2: the sentence for a first write that went wrong. */
export const canaryFailed = (entity: Entity, fields: readonly string[]): string =>
  fields.includes(LINK_PATH)
    ? linkIdNotKept(entity)
    : `After the first write to OfficeRnD's ${officerndResourceOf[entity]}, ${named(fields)} of the record was not as it should be, so no other ` +
      `record was written. ${whatToDo}`;

/** S1: the sentence for surprises in several records. */
export const severalSurprises = (entity: Entity, { fields, records }: NotedSurprises): string =>
  fields.includes(LINK_PATH)
    ? linkIdNotKept(entity)
    : `After writes to OfficeRnD's ${officerndResourceOf[entity]}, ${named(fields)} was not as it should be in ${records} records. ${whatToDo}`;

const named = (fields: readonly string[]): string => asList(fields.map((field) => `"${field}"`));

const whatToDo =
  'Look at these fields in OfficeRnD, for example for an automation that changes them with every write. When the run is resumed, it takes ' +
  'these changes for expected.';

const linkIdNotKept = (entity: Entity): string =>
  `OfficeRnD did not keep "${LINK_PROPERTY}" on its ${officerndResourceOf[entity]}, so records could be created twice. Add a custom property ` +
  `with the key ${LINK_PROPERTY} for ${officerndResourceOf[entity]} in OfficeRnD.`;
