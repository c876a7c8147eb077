/** Something can't be taken back. The message says why, and what to do. */
export class UndoRefusedError extends Error {
  override readonly name = 'UndoRefusedError';

  constructor(
    readonly kind: 'unknown-run' | 'preview' | 'under-way' | 'unknown-conflict' | 'one-way' | 'taken-back' | 'drift' | 'nothing',
    message: string,
  ) {
    super(message);
  }
}
