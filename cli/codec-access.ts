import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../config/secret';

/** Decides who may use the codec endpoint. A comparison takes the same time wherever the difference is. */
export interface CodecAccess {
  /** Whether the headers hold the token, or the cookie of a browser that has shown it. */
  readonly allows: (headers: ShownHeaders) => boolean;
  readonly isToken: (shown: string) => boolean;
  /**
   * A cookie for a browser that has shown the token, because the Temporal UI sends cookies but no token of ours. It is valid until it
   * expires or the endpoint restarts.
   */
  readonly cookie: (overTls: boolean) => string;
}

export interface ShownHeaders {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** A browser shows the token again after this time: about a working day. */
export const SIGNED_IN_HOURS = 12;
const SIGNED_IN_MS = SIGNED_IN_HOURS * 3_600_000;
const COOKIE = 'orsync_codec';

/** @param now milliseconds since 1970 */
export function createCodecAccess(token: Secret, now: () => number): CodecAccess {
  // A random key of this process, so that cookies reveal nothing about the token.
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
