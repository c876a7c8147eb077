import type { RecordHistory } from '../../client/explain/verbs';
import type { HistoryEntry } from '../../domain/explain/history';
import { asLabel, asSentence } from '../../domain/printable';
import { shownTime, table } from './tables';
import { fieldText } from './values';

/** The history of a record for people: one line for each effect, oldest first. */
export function recordHistoryText({ entity, officerndId, hubspotId, entries }: RecordHistory): string {
  const ids = [
    ...(officerndId === null ? [] : [`OfficeRnD ${asLabel(officerndId)}`]),
    ...(hubspotId === null ? [] : [`HubSpot ${asLabel(hubspotId)}`]),
  ];
  const heading = `${entity} ${ids.join(', ')}`;
  if (entries.length === 0) return `${heading}: nothing was done to it, or its history is no longer kept.`;
  const rows = entries.map((entry) => [
    shownTime(entry.at),
    entry.run,
    entry.kind,
    entry.field === null ? pairText(entry) : asLabel(entry.field),
    entry.field === null ? '' : `${fieldText(entry.field, entry.before)} → ${fieldText(entry.field, entry.after)}`,
    entry.approvedBy === null ? entry.rule : `${entry.rule}, approved by ${asLabel(entry.approvedBy)}`,
    entry.error === null ? entry.state : `${entry.state}: ${asSentence(entry.error)}`,
  ]);
  return [heading, table(['When (UTC)', 'Run', 'What', 'Field', 'Before → after', 'Why', 'State'], rows)].join('\n');
}

const pairText = ({ officerndId, hubspotId }: HistoryEntry): string =>
  `${officerndId === null ? '(new)' : asLabel(officerndId)} – ${hubspotId === null ? '' : asLabel(hubspotId)}`;
