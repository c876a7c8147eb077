import type { Decision } from '../../domain/decision';
import { recordsOf } from '../../domain/decision';
import { outcomeWords } from '../../domain/decision-words';

/** A decision as `--json` shows it. */
export const shownDecision = ({ id, entity, verdict, by, at, note, review, withdrawn, outcome }: Decision) => ({
  id,
  entity,
  decision: verdict.kind,
  ...recordsOf(verdict),
  ...(verdict.kind === 'link' && { prefer: verdict.prefers }),
  by,
  at: at.toISOString(),
  note,
  review,
  withdrawn: withdrawn === null ? null : { ...withdrawn, at: withdrawn.at.toISOString() },
  outcome: outcome === null ? null : { run: outcome.run, at: outcome.at.toISOString(), ...outcome.result },
  status: outcomeWords({ outcome, verdict, withdrawn }),
});

export type ShownDecision = ReturnType<typeof shownDecision>;
