import type { JsonValue } from '../json';
import { isList, textOf } from './blank';
import type { ValueType } from './value-type';
import { converted } from './value-type';

const SEPARATOR = ';';
/** Stands for a semicolon inside an option of an OfficeRnD list, which HubSpot could not tell from two options. */
const SEPARATOR_IN_OPTION = '\u001F';

/** `multi-enumeration`: a list in OfficeRnD, `a;b` in HubSpot; compared as a set of option values. */
export const multiEnumerationType: ValueType = {
  canonical: (raw) => {
    const options = optionsOf(raw).map((option) => option.replaceAll(SEPARATOR, SEPARATOR_IN_OPTION));
    return options.length === 0 ? null : options.sort().join(SEPARATOR);
  },
  convert: ({ raw, to }) => converted(to === 'officernd' ? optionsOf(raw) : optionsOf(raw).join(SEPARATOR)),
};

/** In their order, each once, without blank ones: HubSpot reads a leading separator as "add to the current options". */
function optionsOf(raw: JsonValue): string[] {
  const options = isList(raw) ? raw.map(textOf) : textOf(raw).split(SEPARATOR);
  return [...new Set(options.map((option) => option.trim()).filter((option) => option !== ''))];
}
