import { SingleBar } from 'cli-progress';
import type { Progress } from '../../workflows/api';
import { runPhases } from './progress-line';

/** The display of a run under way: how many of its four parts are done, and a line about the current one. */
export interface LiveProgress {
  readonly line: string;
  /** 0–4: reading, and the article's three phases. */
  readonly phasesDone: number;
}

export interface ProgressBar {
  readonly show: (progress: LiveProgress) => void;
  /** Removes the bar; the next `show` draws a new one. */
  readonly clear: () => void;
}

/** How many parts of a run are done; all of them after its last phase. */
export const countPhasesDone = ({ phase, counts }: Pick<Progress, 'phase' | 'counts'>): number =>
  phase === null ? (Object.keys(counts).length === 0 ? 0 : runPhases.length) : runPhases.indexOf(phase);

/** A bar on a terminal, drawn by `cli-progress`; nothing when the stream is no terminal. */
export function createProgressBar(stream: NodeJS.WritableStream, isTerminal: boolean): ProgressBar {
  if (!isTerminal) return { show: () => undefined, clear: () => undefined };
  let bar: SingleBar | undefined;
  return {
    show: ({ line, phasesDone }) => {
      if (bar === undefined) {
        bar = new SingleBar({ stream, format: '{bar} {value}/{total}  {line}', barsize: 12, clearOnComplete: true, hideCursor: true });
        bar.start(runPhases.length, phasesDone, { line });
      } else {
        bar.update(phasesDone, { line });
      }
    },
    clear: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}
