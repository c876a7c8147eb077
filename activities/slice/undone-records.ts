import type { OperationFilter } from '../../store/operations';

/** The operations of one record, by the id of either side; all where no id is given. HubSpot's ids are digits, and OfficeRnD's are not. */
export const ofRecord = (id: string | undefined): Pick<OperationFilter, 'officerndIds' | 'hubspotIds'> =>
  id === undefined ? {} : /^\d+$/.test(id) ? { hubspotIds: [id] } : { officerndIds: [id] };
