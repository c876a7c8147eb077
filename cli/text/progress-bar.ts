import { SingleBar } from 'cli-progress';
import type { Progress, RunPhase } from '../../workflows/api';

/** What a person sees while a run is under way: how many of its four stretches are behind it, and a line about what it does. */
export interface LiveProgress {
  readonly line: string;
  /** 0–4: reading, and the article's three phases. */
  readonly stretches: number;
}

export interface ProgressBar {
  readonly show: (progress: LiveProgress) => void;
  /** Takes the bar away; showing again begins a new one. */
  readonly clear: () => void;
}

const STRETCHES: readonly RunPhase[] = ['observe', 'unlink', 'link', 'update'];

/** How many stretches of a run are done; all of them when it is past its last phase. */
export const stretchesDone = ({ phase, counts }: Pick<Progress, 'phase' | 'counts'>): number =>
  phase === null ? (Object.keys(counts).length === 0 ? 0 : STRETCHES.length) : STRETCHES.indexOf(phase);

/** A bar on a terminal, drawn by `cli-progress`; nothing where no person sees it. */
export function createProgressBar(stream: NodeJS.WritableStream, isTerminal: boolean): ProgressBar {
  if (!isTerminal) return { show: () => undefined, clear: () => undefined };
  let bar: SingleBar | undefined;
  return {
    show: ({ line, stretches }) => {
      if (bar === undefined) {
        bar = new SingleBar({ stream, format: '{bar} {value}/{total}  {line}', barsize: 12, clearOnComplete: true, hideCursor: true });
        bar.start(STRETCHES.length, stretches, { line });
      } else {
        bar.update(stretches, { line });
      }
    },
    clear: () => {
      bar?.stop();
      bar = undefined;
    },
  };
}
