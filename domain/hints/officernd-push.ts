import type { Hint } from './hint';

/** The events that OfficeRnD is asked to send. It has none for opportunities: those are asked for. */
export const officerndEventTypes = [
  'company.created',
  'company.updated',
  'company.removed',
  'member.created',
  'member.updated',
  'member.removed',
] as const;

/** The record that an OfficeRnD event is about; null for an event of another kind. Its values are never read. */
export function hintOfOfficerndPush(eventType: string, recordId: string): Hint | null {
  switch (officerndEventTypes.find((known) => known === eventType)) {
    case 'company.created':
    case 'company.updated':
      return { side: 'officernd', entity: 'company', recordId, isGone: false };
    case 'company.removed':
      return { side: 'officernd', entity: 'company', recordId, isGone: true };
    case 'member.created':
    case 'member.updated':
      return { side: 'officernd', entity: 'member', recordId, isGone: false };
    case 'member.removed':
      return { side: 'officernd', entity: 'member', recordId, isGone: true };
    case undefined:
      return null;
  }
}
