import type { Entity } from '../../domain/entity';
import type { Edit, Schedule } from './schedule';

/** Leaves out the entities that the schedule does not name. Edits of their records become edits of other records. */
export function narrowed(schedule: Schedule): Schedule {
  const { entities: kept, pairs, rounds } = schedule;
  const isKept = ({ entity }: { readonly entity: Entity }): boolean => kept.includes(entity);
  const moved = (edit: Edit): Edit =>
    isKept(edit) ? edit : { ...edit, entity: kept[edit.kind === 'create' ? 0 : kept.length - 1] ?? edit.entity };
  return {
    ...schedule,
    pairs: pairs.filter(isKept),
    rounds: rounds.map((round) => ({
      ...round,
      edits: round.edits.map(moved),
      runs: round.runs.map((run) => ({
        ...run,
        events: run.events.map((event) =>
          event.what.kind === 'edits' ? { ...event, what: { kind: 'edits', edits: event.what.edits.map(moved) } } : event,
        ),
      })),
    })),
  };
}
