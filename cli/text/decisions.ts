import type { Decision, Said } from '../../domain/decision';
import { recordsOf } from '../../domain/decision';
import { outcomeWords, verdictWords } from '../../domain/decision-words';
import { asLabel } from '../../domain/printable';
import { shownTime, table } from './tables';

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

/** Decisions for people: who, when, why, and what has become of them. */
export const decisionsTable = (decisions: readonly Decision[]): string =>
  table(
    ['Decision', 'Entity', 'What', 'Who', 'Note', 'State'],
    decisions.map((decision) => [
      decision.id,
      decision.entity,
      verdictWords(decision.verdict),
      saidWords(decision.withdrawn ?? decision),
      asLabel(decision.withdrawn?.note ?? decision.note ?? ''),
      outcomeWords(decision),
    ]),
  );

const saidWords = ({ by, at }: Pick<Said, 'by' | 'at'>): string => `${asLabel(by)}, ${shownTime(at)}`;
