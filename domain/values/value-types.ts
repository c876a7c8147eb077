import type { FieldType } from '../field-mapping';
import { booleanType } from './boolean';
import { dateType } from './date';
import { datetimeType } from './datetime';
import { emailType } from './email';
import { enumerationType } from './enumeration';
import { multiEnumerationType } from './multi-enumeration';
import { nameType } from './name';
import { numberType } from './number';
import { percentType } from './percent';
import { phoneType } from './phone';
import { statusType } from './status';
import { textType } from './text';
import { urlType } from './url';
import type { ValueType } from './value-type';

/** Every field type's rules: see Fields in docs/how-a-sync-decides.md. */
export const valueTypes: Readonly<Record<FieldType, ValueType>> = {
  text: textType,
  url: urlType,
  name: nameType,
  email: emailType,
  phone: phoneType,
  number: numberType,
  percent: percentType,
  boolean: booleanType,
  date: dateType,
  datetime: datetimeType,
  status: statusType,
  enumeration: enumerationType,
  'multi-enumeration': multiEnumerationType,
};
