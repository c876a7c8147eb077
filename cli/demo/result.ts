import type { Report } from '../../domain/report';
import type { ShownWorld } from './article';

/** One use case of the article: the tables before and after, and whether they read as they should. */
export interface UseCaseResult {
  readonly heading: string;
  readonly before: ShownWorld;
  readonly after: ShownWorld;
  /** Whether `after` is the article's table. */
  readonly ok: boolean;
  readonly report: Report;
}

/** The output of `orsync demo --json`. */
export interface DemoResult {
  readonly ok: boolean;
  readonly temporalUiUrl: string | null;
  readonly useCases: readonly UseCaseResult[];
}
