import type { Stage } from '../support/stage';
import type { Side } from '../../domain/entity';

/** The last command, and the state that it left. */
export interface Played {
  readonly stage: Stage;
  readonly tenant: string;
  readonly command: 'sync' | 'apply' | 'worker' | 'other';
  readonly result: { readonly code: number | 'waiting' | 'running'; readonly text: string; readonly stdout: string };
  /** Requests that each vendor had got when the command began. */
  readonly before: Readonly<Record<Side, number>>;
}
