import type { FieldMapping, ValueContext } from '../../../domain/field-mapping';
import type { FieldType } from '../../../domain/field-mapping';

/** A mapped property of the given type. A test gives only the settings that it is about. */
export const aField = (type: FieldType, given: Partial<FieldMapping> = {}): FieldMapping => ({
  entity: 'opportunity',
  key: 'properties.field',
  officernd: 'properties.field',
  hubspot: type === 'name' ? ['firstname', 'lastname'] : ['field'],
  type,
  direction: '↔',
  standard: false,
  readOnly: { officernd: false, hubspot: false },
  drift: 'report',
  neverErase: false,
  ...given,
});

/** Two stages mean `open`. One stage means `lost`. `status-only` and `stage-only` have no counterpart. */
export const aContext = (timeZone = 'UTC'): ValueContext => ({
  timeZone,
  statuses: {
    statusByStage: { appointment: 'open', qualified: 'open', closedlost: 'lost' },
    stageByStatus: { open: 'appointment', lost: 'closedlost' },
  },
});
