/**
 * M8: thrown by `beforeSend` when a write is about to leave too long after its record was read. Nothing is sent. The caller reads the
 * record again.
 */
export class LookTooOld extends Error {
  override readonly name = 'LookTooOld';
}
