import { inspect } from 'node:util';

/** A text that shows in no log, message or JSON: only `reveal` gives it. */
export interface Secret {
  readonly reveal: () => string;
  readonly toString: () => string;
  readonly toJSON: () => string;
}

const HIDDEN = '[secret]';

/** Wraps a secret; the text is held by the closure alone. */
export function createSecret(text: string): Secret {
  const hidden = () => HIDDEN;
  return Object.freeze({ reveal: () => text, toString: hidden, toJSON: hidden, [inspect.custom]: hidden });
}
