import type { Scenario } from './scenario';

/** A case that once broke a law, shrunk, with what was wrong. Every law is tried on all of them first. */
export interface Regression {
  readonly note: string;
  readonly scenario: Scenario;
}

export const regressions: readonly Regression[] = [];
