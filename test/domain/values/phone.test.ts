import { canonical } from '../../../domain/values';
import { aContext, aField } from './a-field';

const of = (raw: string) => canonical(aField('phone'), 'officernd', raw, aContext());

test.each([
  ['digits of another script', '٠٥٠١٢٣٤٥٦٧', '0501234567'],
  ['mathematical digits', '𝟘𝟙𝟚', '012'],
  ['a plus, brackets, dots', '+44 (20) 7946.0018', '+442079460018'],
  ['a word before it', 'Tel. +44 20', '+4420'],
  ['an extension', '+1 555 123 4567 ext 12', '+15551234567 x12'],
  ['an extension with a dot', '+1 555 123 4567 Ext.12', '+15551234567 x12'],
  ['an x', '5551234x12', '5551234 x12'],
  ['a hash', '5551234 #12', '5551234 x12'],
  ['an extension in another script', '٠٥٠١٢٣٤٥٦٧ ext ١٢', '0501234567 x12'],
  ['letters for digits', '1-800-FLOWERS', '1800FLOWERS'],
  ['letters for digits, small', '1-800-flowers', '1800FLOWERS'],
  ['a word in brackets', '020 7946 (office)', '0207946'],
  ['no digits at all', 'ask at the desk', 'ask at the desk'],
])('phone: %s', (_what, raw, expected) => expect(of(raw)).toBe(expected));

test('phone: an extension differs from the same digits in the number', () => {
  expect(of('+1 555 123 4567 ext 12')).not.toBe(of('+1 555 123 456712'));
});
