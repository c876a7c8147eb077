import type { Decision, Said } from '../../domain/decision';
import { outcomeWords, verdictWords } from '../../domain/decision-words';
import { asLabel } from '../../domain/printable';
import { shownTime, table } from './tables';

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
