import type { Decision, Verdict } from '../../domain/decision';

/** A decision as it was taken down; a test gives what it is about. */
export const aDecision = (verdict: Verdict, given: Partial<Decision> = {}): Decision => ({
  id: 'd1',
  entity: 'member',
  verdict,
  by: 'Ann',
  at: new Date('2026-01-01T00:00:00Z'),
  note: null,
  review: null,
  withdrawn: null,
  outcome: null,
  ...given,
});

export const linking = (officerndId: string, hubspotId: string, prefers: 'hubspot' | null = null): Verdict => ({
  kind: 'link',
  officerndId,
  hubspotId,
  prefers,
});
export const apart = (officerndId: string, hubspotId: string): Verdict => ({ kind: 'keep-apart', officerndId, hubspotId });
export const creating = (hubspotId: string): Verdict => ({ kind: 'create', hubspotId });
export const ignoring = (side: 'officernd' | 'hubspot', id: string): Verdict => ({ kind: 'ignore', side, id });
