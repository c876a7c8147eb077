import { inspect } from 'node:util';

/** A text that no log, message or JSON shows. Only `reveal` returns it. */
export interface Secret {
  readonly reveal: () => string;
  readonly toString: () => string;
  readonly toJSON: () => string;
}

const HIDDEN = '[secret]';

/** Wraps a secret. Only the closure holds the text. */
export function createSecret(text: string): Secret {
  const hidden = () => HIDDEN;
  return Object.freeze({ reveal: () => text, toString: hidden, toJSON: hidden, [inspect.custom]: hidden });
}
