export { canonical } from './canonical';
export { encode, restored } from './encode';
export type { Encoded } from './encode';
export { normaliseEmail, normaliseName } from './match-keys';
export { rawOf } from './raw-of';
export type { Canonical, ImpossibleReason } from './value-type';
