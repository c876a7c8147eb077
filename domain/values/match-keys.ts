/** The key under which names are matched (L3): NFKC, case-folded, white space collapsed; null when blank. Legal suffixes stay. */
export const normaliseName = (text: string): string | null =>
  keyOf(foldCase(text.normalize('NFKC')).normalize('NFKC').replace(/\s+/g, ' '));

/** The key under which e-mail addresses are matched (L3): NFKC, lower-cased, trimmed; null when blank. */
export const normaliseEmail = (text: string): string | null => keyOf(text.normalize('NFKC').toLowerCase().normalize('NFKC'));

const keyOf = (text: string): string | null => {
  const key = text.trim();
  return key === '' ? null : key;
};

/** Going over upper case makes `ß` equal to `ss`, and `ς` to `σ`. Lower case comes first, because `ẞ` is its own upper case. */
const foldCase = (text: string): string => text.toLowerCase().toUpperCase().toLowerCase();
