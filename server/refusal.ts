import type { Outcome } from './tally';

/** A request that is not accepted. The message is a sentence for the sender, and says nothing of tenants or secrets. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly outcome: Outcome,
    readonly status: number,
    message: string,
    /** When to send it again. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

export const unsigned = (): Refusal => new Refusal('unsigned', 401, 'This request is not signed.');
export const stale = (): Refusal => new Refusal('stale', 401, 'The time of the signature is not now.');
/** The same for a tenant that is not there and for one without a secret: a stranger learns nothing. */
export const wrongSignature = (): Refusal => new Refusal('wrongSignature', 401, 'The signature does not fit.');
export const malformed = (): Refusal => new Refusal('malformed', 400, 'The body is not JSON of the expected form.');
export const tooLarge = (): Refusal => new Refusal('tooLarge', 413, 'The body is larger than 1 MB.');
export const tooMany = (seconds: number): Refusal =>
  new Refusal('tooMany', 429, 'There are too many requests; send it again later.', seconds);
export const overloaded = (): Refusal => new Refusal('overloaded', 503, 'There is too much to do; send it again later.', RETRY_SECONDS);
export const notStored = (): Refusal => new Refusal('notStored', 503, 'It could not be stored; send it again later.', RETRY_SECONDS);

const RETRY_SECONDS = 10;
