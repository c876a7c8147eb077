import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret';

/** Who may use the codec endpoint. Comparisons take the same time wherever the difference is. */
export interface CodecAccess {
  /** Whether the headers show the token, or that this browser has shown it. */
  readonly allows: (headers: ShownHeaders) => boolean;
  readonly isToken: (shown: string) => boolean;
  /**
   * A cookie for a browser that has shown the token: the Temporal UI sends no tokens but its own, yet sends cookies. It holds until it
   * expires or the endpoint restarts.
   */
  readonly cookie: (overTls: boolean) => string;
}

export interface ShownHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** How long a browser need not show the token again: a working day. */
export const SIGNED_IN_HOURS = 12;
const SIGNED_IN_MS = SIGNED_IN_HOURS * 3_600_000;
const COOKIE = 'orsync_codec';

/** @param now milliseconds since 1970 */
export function createCodecAccess(token: Secret, now: () => number): CodecAccess {
  // Of this process alone, so that cookies say nothing about the token.
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
  const signature = (expiresAt: string): string => digest(`signed in until ${expiresAt}`).toString('base64url');

  const isToken = (shown: string): boolean => same(shown, token.reveal());
  const isSignedIn = (cookies: string): boolean => {
    const [, expiresAt, shown] = new RegExp(`(?:^|; *)${COOKIE}=(\\d{1,15})\\.([\\w-]+)`).exec(cookies) ?? [];
    return expiresAt !== undefined && shown !== undefined && same(shown, signature(expiresAt)) && Number(expiresAt) > now();
  };
  return {
    isToken,
    allows: ({ authorization, cookie }) => {
      const shown = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
      return shown === undefined ? isSignedIn(cookie ?? '') : isToken(shown);
    },
    cookie: (overTls) => {
      const expiresAt = String(now() + SIGNED_IN_MS);
      const age = `Max-Age=${SIGNED_IN_MS / 1_000}`;
      return [
        `${COOKIE}=${expiresAt}.${signature(expiresAt)}`,
        'HttpOnly',
        'SameSite=Strict',
        'Path=/',
        age,
        ...(overTls ? ['Secure'] : []),
      ].join('; ');
    },
  };
}
