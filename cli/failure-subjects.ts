import type { Link } from '../domain/link';

/** A failure's record as far as it matters here. */
export interface FailureRecord {
  /** HubSpot's id for a creation, the link id for an update, OfficeRnD's id for an unlink. */
  readonly subject: string;
}

/**
 * The failures that somebody means by these ids: ids of records on either side, ids of links, or values of the link property
 * (`{portalId}-{recordId}`). @param links active links of records that are among the ids, which lead from one side's id to the other's
 */
export function subjectsMeant<Failed extends FailureRecord>(
  failures: readonly Failed[],
  ids: readonly string[],
  links: readonly Link[],
): readonly string[] {
  const meant = new Set(ids.flatMap((id) => [id, recordIdIn(id)]));
  for (const { id, officerndId, hubspotId } of links) {
    if (meant.has(officerndId) || meant.has(hubspotId)) for (const name of [id, officerndId, hubspotId]) meant.add(name);
  }
  return [...new Set(failures.map(({ subject }) => subject).filter((subject) => namesIn(subject).some((name) => meant.has(name))))];
}

/** The record's own id in a value of the link property; other ids as they are. */
export const recordIdIn = (id: string): string => /^\d+-(\d+)$/.exec(id)?.[1] ?? id;

/** A link's id holds the ids of both of its records. */
const namesIn = (subject: string): readonly string[] => [subject, ...subject.split('/').slice(1)];
