import { withoutTrailingSlashes } from '../trailing-slashes';
import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

/**
 * `url`: compared without scheme and trailing slash, host in lower case. The path and the query keep their case. Written as it was found.
 */
export const urlType: ValueType = {
  canonical: (raw) => canonicalUrl(textOf(raw).trim().normalize('NFC')),
  convert: ({ raw }) => converted(textOf(raw).trim()),
};

/** Text with nothing behind its scheme has no host to compare and stays as it is. */
function canonicalUrl(text: string): string {
  const withoutScheme = text.replace(/^(?:[a-z][a-z\d+.-]*:\/\/)+/i, '');
  const hostEnd = withoutScheme.search(/[/?#]/);
  const authority = hostEnd === -1 ? withoutScheme : withoutScheme.slice(0, hostEnd);
  if (authority === '') return text;
  return `${lowerCaseHost(authority)}${withoutTrailingSlash(withoutScheme.slice(authority.length))}`;
}

/** The part before `@` holds credentials, whose case counts. */
function lowerCaseHost(authority: string): string {
  const hostStart = authority.lastIndexOf('@') + 1;
  return `${authority.slice(0, hostStart)}${authority.slice(hostStart).toLowerCase().normalize('NFC')}`;
}

/** A slash at the end of a query or fragment is part of it. */
const withoutTrailingSlash = (path: string): string => (/[?#]/.test(path) ? path : withoutTrailingSlashes(path));
