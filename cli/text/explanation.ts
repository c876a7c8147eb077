import type { Explanation } from '../../client/explain/explain';
import type { ExplainedField } from '../../domain/explain/fields';
import type { Reason } from '../../domain/explain/words';
import { vendor } from '../../domain/explain/words';
import type { JsonValue } from '../../domain/json';
import { asLabel, asSentence } from '../../domain/printable';
import { wholeName } from '../../domain/shown-value';
import { stableJson } from '../../domain/stable-json';
import { stateWords } from './report';
import { counted, shownTime } from './tables';
import { fieldText } from './values';

/** Candidates that are shown; JSON lists all. */
const SHOWN = 20;

/** An explanation for people: what is wrong first, what is in step last. */
export function explanationText(explanation: Explanation): string {
  const { fields } = explanation;
  const inState = (state: ExplainedField['state']) => fields.filter((field) => field.state === state);
  return [
    headOf(explanation),
    section('How the link came about', storyLines(explanation)),
    section('What becomes of it', verdictLines(explanation)),
    section('Candidates that were considered', candidateLines(explanation)),
    section('Not written, and why', [...noteLines(explanation), ...inState('left').flatMap(fieldLines)]),
    section('Written by the next run', inState('next-run').flatMap(fieldLines)),
    section('In step', inState('in-step').flatMap(fieldLines)),
    section('Values that gave way', lostLines(explanation)),
    section('Decided by people', decisionLines(explanation)),
    section('Waits for a person', reviewLines(explanation)),
    section('Failures', failureLines(explanation)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const section = (title: string, lines: readonly string[]): string => (lines.length === 0 ? '' : [`${title}:`, ...lines].join('\n'));

function headOf({ tenant, entity, state, officernd, hubspot, mergedFrom, asOf, shownLink }: Explanation): string {
  const side = (name: string, one: Explanation['hubspot']): readonly string[] =>
    one === null ? [] : [`  ${name} ${asLabel(one.id)}${one.name === null ? '' : `  ${asLabel(one.name)}`}`];
  return [
    `${tenant}: ${entity}, ${state === 'linked' ? 'linked' : 'without a link'}`,
    ...side('OfficeRnD', officernd),
    ...side('HubSpot  ', hubspot),
    ...(mergedFrom === null ? [] : [`HubSpot record ${asLabel(mergedFrom)} was merged into this one.`]),
    ...(shownLink === null ? [] : [withRule(shownLink)]),
    `${asOf.isLive ? 'Read just now' : 'As it was read last'}, by the configuration of run ${asOf.run}.`,
    ...(asOf.trouble === null ? [] : [troubleText(tenant, asOf.trouble)]),
    ...(asOf.hasOtherConfiguration ? ['The tenant file has changed since that run, so the next one may decide otherwise.'] : []),
  ].join('\n');
}

/** A run that waits or has failed writes nothing more, whatever is due. */
const troubleText = (tenant: string, { run, state, message }: NonNullable<Explanation['asOf']['trouble']>): string =>
  `The newest run ${run} ${stateWords[state]}${message === null ? '' : `: ${asSentence(message)}`} ("orsync status ${tenant}" says what to do.)`;

const withRule = ({ rule, sentence }: Pick<Reason, 'rule' | 'sentence'>): string => `${asSentence(sentence)} (${rule})`;

const remedyLines = ({ remedy }: Reason): readonly string[] => (remedy === null ? [] : [`    What you can do: ${asSentence(remedy)}`]);

const saidLines = (said: string | null): readonly string[] => (said === null ? [] : [`    The vendor said: “${asSentence(said)}”`]);

const storyLines = ({ story }: Explanation): readonly string[] =>
  story.map((event) => {
    const when = event.at === null ? 'later' : `${shownTime(event.at)} UTC`;
    const pair = `OfficeRnD ${event.officerndId === null ? '(new)' : asLabel(event.officerndId)} – HubSpot ${asLabel(event.hubspotId ?? '')}`;
    return `  ${when}${event.run === null ? '' : `, run ${event.run}`}, ${pair}: ${withRule(event)}`;
  });

const verdictLines = ({ verdict }: Explanation): readonly string[] =>
  verdict === null ? [] : [`  ${withRule(verdict)}`, ...saidLines(verdict.said), ...remedyLines(verdict)];

function candidateLines({ candidates }: Explanation): readonly string[] {
  const lines = candidates
    .slice(0, SHOWN)
    .flatMap((one) => [
      `  OfficeRnD ${asLabel(one.officerndId)} – HubSpot ${asLabel(one.hubspotId)}, by ${one.key}: ${withRule(one)}`,
      ...remedyLines(one),
    ]);
  return candidates.length > SHOWN ? [...lines, `  … and ${candidates.length - SHOWN} more; --json lists them.`] : lines;
}

const noteLines = ({ notes }: Explanation): readonly string[] =>
  notes.flatMap((note) => [`  ${withRule(note)}`, ...saidLines(note.said), ...remedyLines(note)]);

function fieldLines(field: ExplainedField): readonly string[] {
  const { field: key, direction, base, officernd, hubspot, state, said, lastChange } = field;
  const textOf = (value: JsonValue): string => fieldText(key, value);
  const values =
    state === 'in-step' && stableJson(wholeName(key, officernd)) === stableJson(wholeName(key, hubspot))
      ? [`    ${textOf(officernd)}`]
      : [`    base ${base === null ? 'none' : textOf(base.officernd)}, OfficeRnD ${textOf(officernd)}, HubSpot ${textOf(hubspot)}`];
  return [
    `  ${asLabel(key)} (${direction}): ${withRule(field)}`,
    ...values,
    ...(lastChange === null
      ? []
      : [
          `    Last written to ${vendor[lastChange.to]} at ${shownTime(lastChange.at)} UTC by run ${lastChange.run}: ` +
            `${textOf(lastChange.before)} → ${textOf(lastChange.after)} (${lastChange.rule})`,
        ]),
    ...saidLines(said),
    ...(state === 'left' ? remedyLines(field) : []),
  ];
}

const lostLines = ({ lost }: Explanation): readonly string[] =>
  lost.map(
    ({ at, run, field, rule, officernd, hubspot }) =>
      `  ${shownTime(at)} UTC, run ${run}, ${asLabel(field)}: OfficeRnD ${fieldText(field, officernd)}, HubSpot ${fieldText(field, hubspot)} (${rule})`,
  );

const decisionLines = ({ decisions }: Explanation): readonly string[] =>
  decisions.map(({ id, decision, by, at, note, status }) => {
    const why = note === null ? '' : `: “${asSentence(note)}”`;
    return `  ${id}: ${decision}, by ${asLabel(by)} at ${shownTime(at)} UTC${why}. ${asSentence(status)}`;
  });

const reviewLines = ({ tenant, reviews }: Explanation): readonly string[] =>
  reviews.map(({ id, kind, rule }) => `  ${kind} (${rule}): "orsync review ${tenant} ${asLabel(id)}" says what to do.`);

const failureLines = ({ failures }: Explanation): readonly string[] =>
  failures.map(
    ({ phase, field, reason, runs, parked, said }) =>
      `  ${phase}${field === null ? '' : `, ${asLabel(field)}`}: ${asSentence(reason)} (${counted(runs, 'run')}${parked ? ', parked' : ''})` +
      (said === null ? '' : `: “${asSentence(said)}”`),
  );
