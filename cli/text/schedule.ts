import type { ScheduledRun, ShownSchedule } from '../../client/standing/shown-schedule';
import { asLabel, asSentence } from '../../domain/printable';
import { counted, shownDuration, shownTime, table } from './tables';

/** A tenant's schedule for people. */
export function scheduleText(schedule: ShownSchedule): string {
  const { tenant, id, state, words, mode, jitterMs, cron, timeZone, next, lastRuns } = schedule;
  const zone = cron === null ? '' : `, ${timeZone}`;
  const jitter = jitterMs === 0 ? '' : `, up to ${shownDuration(jitterMs)} later`;
  const runs = mode === null ? 'runs' : `${asLabel(mode)} runs`;
  return [
    `${tenant}: ${runs} ${words}${zone}${jitter} (Temporal Schedule ${id})`,
    ...noteLines(schedule),
    ...(state === 'paused' ? [] : nextLines(next, timeZone)),
    ...(lastRuns.length === 0
      ? ['It has not started a run yet.']
      : ['The last runs:', table(['Started (UTC)', 'Outcome', 'Run'], lastRuns.map(row))]),
    ...leftOut(schedule),
  ].join('\n');
}

function noteLines({ tenant, state, note, noteText }: ShownSchedule): readonly string[] {
  const resume = state === 'paused' ? ` "orsync schedule ${tenant} resume" goes on.` : '';
  if (note === null) {
    const said = noteText === null ? '' : ` “${asSentence(noteText)}”`;
    return state === 'paused' ? [`Paused.${said}${resume}`] : said === '' ? [] : [`Note:${said}`];
  }
  const why = note.why === null ? '' : `: ${asSentence(note.why)}`;
  return [`${note.did} by ${asLabel(note.by)} at ${shownTime(note.at)} UTC${why}.${resume}`];
}

function nextLines(next: readonly string[], timeZone: string): readonly string[] {
  if (next.length === 0) return ['Next: never. No such time comes; set other times.'];
  return ['Next:', ...next.map((at) => `  ${shownTime(at)} UTC${timeZone === 'UTC' ? '' : ` (${localTime(at, timeZone)} ${timeZone})`}`)];
}

/** `2026-05-02 10:00` */
const localTime = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(at));

const row = ({ at, outcome, runId, message }: ScheduledRun): readonly string[] => [
  shownTime(at),
  message === null ? outcomeWords[outcome] : `${outcomeWords[outcome]}: ${asSentence(message)}`,
  runId ?? '',
];

const outcomeWords: Readonly<Record<ScheduledRun['outcome'], string>> = {
  running: 'under way',
  completed: 'completed',
  'needs-approval': 'needs approval',
  failed: 'failed',
  cancelled: 'cancelled',
  joined: 'handed to the run under way',
  forgotten: 'no longer known to Temporal',
};

const leftOut = ({ skipped, missed }: ShownSchedule): readonly string[] => [
  ...(skipped === 0 ? [] : [`Left out, as the run before had not ended: ${counted(skipped, 'time')}.`]),
  ...(missed === 0 ? [] : [`Missed while Temporal was down: ${counted(missed, 'time')}.`]),
];
