import { recordIdIn } from '../../domain/ids';
import type { Link } from '../../domain/link';

/** The part of a stored failure that names its record. */
export interface FailureRecord {
  /** HubSpot's id for a creation, the link id for an update, OfficeRnD's id for an unlink. */
  readonly subject: string;
}

/**
 * Subjects of the failures that a person names by these ids. An id is that of a record on either side or of a link, or a value of the link
 * property (`{portalId}-{recordId}`).
 * @param links active links of the records among the ids; they lead from one side's id to the other's
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

/** A link's id holds the ids of both of its records. */
const namesIn = (subject: string): readonly string[] => [subject, ...subject.split('/').slice(1)];
