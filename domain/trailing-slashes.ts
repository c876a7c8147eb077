/** Removes all slashes at the end. A pattern would try each slash of a long row in turn, and vendors' texts may be long. */
export function withoutTrailingSlashes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}
