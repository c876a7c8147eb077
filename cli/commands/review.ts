import { Command } from 'commander';
import { z } from 'zod';
import { coded, reviewFinder } from '../../client/decisions/review-code';
import type { CodedReview } from '../../client/decisions/review-code';
import { partnersOf } from '../../client/decisions/take-down';
import { waysOf } from '../../client/decisions/ways';
import type { Way } from '../../client/decisions/ways';
import type { Word } from '../../client/decisions/wish';
import { shownDecision } from '../../client/decisions/shown-decision';
import type { Decision } from '../../domain/decision';
import { asLabel, LISTED } from '../../domain/printable';
import type { Review, ReviewKind } from '../../domain/review';
import { CliError, usageError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { everyItem } from '../../store/paging';
import { nameReviews } from '../../client/standing/named-records';
import type { NamedReview } from '../../client/standing/named-records';
import { decisionsTable } from '../text/decisions';
import { recordLines } from '../text/records';
import { requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({ tenant: tenantName, id: z.string().optional(), dismiss: z.boolean().default(false) });

/** `orsync review`: lists the cases that wait for a person, shows how to decide one, or hides it. The text may change. */
export const reviewCommand = ({ action }: CommandKit): Command =>
  new Command('review')
    .description('list the cases that wait for a person, or dismiss one that shall stay as it is')
    .argument('<tenant>')
    .argument('[id]', 'the review, as the list shows it, or the beginning of its name')
    .option('--dismiss', 'hide this case until it changes; syncs are not affected')
    .action(
      action(input, async ({ tenant, id, dismiss }, context) => {
        await requireTenant(context, tenant);
        if (dismiss && id === undefined) throw usageError(`Name the review to dismiss; "orsync review ${tenant}" lists them.`);
        const store = await context.session.store();
        const kept = store.forTenant(tenant);
        const { reviews, decisions } = kept;
        const open = await everyItem<Review>((request) => reviews.listOpen(request));
        const meant = id === undefined ? open.map(coded) : [reviewNamed(tenant, open, id)];
        const [one] = meant;
        if (dismiss && one !== undefined) {
          if (!(await reviews.dismiss(one.id, new Date()))) throw noSuchReview(tenant, one.code);
          context.terminal.result({ tenant, dismissed: one.id }, () => 'Dismissed; the review opens again when its case changes.');
          return exitCodes.ok;
        }
        const shown = await nameReviews(store, tenant, meant);
        const [first] = shown;
        if (id === undefined || one === undefined || first === undefined) {
          context.terminal.result({ tenant, reviews: shown }, () => reviewsText(tenant, shown));
          return exitCodes.ok;
        }
        const inForce = (await decisions.ofRecords(one.entity, one)).filter(({ withdrawn }) => withdrawn === null);
        const partners = (await partnersOf(kept, [{ kind: 'review', review: one }]))[one.entity];
        const ways = waysOf(one, partners).map((way) => ({ ...way, command: commandOf(tenant, one.code, way) }));
        context.terminal.result({ tenant, reviews: shown, decisions: inForce.map(shownDecision), ways }, () =>
          reviewText(tenant, first, { ways, inForce }),
        );
        return exitCodes.ok;
      }),
    );

/** The open review that a person means. */
function reviewNamed(tenant: string, open: readonly Review[], id: string): CodedReview {
  const [review, ...others] = reviewFinder(open)(id);
  if (review === undefined) throw noSuchReview(tenant, id);
  if (others.length === 0) return review;
  throw usageError(`${asLabel(id)} is the beginning of ${others.length + 1} reviews; type more of it.`);
}

const noSuchReview = (tenant: string, id: string): CliError =>
  new CliError('no-review', `${tenant} has no open review ${asLabel(id)}; "orsync review ${tenant}" lists them.`, exitCodes.failed);

type ShownReview = CodedReview & NamedReview;

function reviewsText(tenant: string, reviews: readonly ShownReview[]): string {
  if (reviews.length === 0) return 'No case waits for a person.';
  return [...reviews.flatMap(reviewLines), `"orsync review ${tenant} REVIEW" shows how to decide one.`].join('\n');
}

const reviewLines = ({ code, entity, kind, rule, records }: ShownReview): readonly string[] => [
  `${code} · ${kind}, ${entity} (${rule}): ${remedies[kind]}`,
  ...records.slice(0, LISTED).flatMap((record) => recordLines({ entity, ...record })),
  ...(records.length > LISTED ? [`  and ${records.length - LISTED} more`] : []),
];

/** The command that decides so. A person fills in the records of a link where there are several. */
const commandOf = (tenant: string, code: string, { say, records }: Way): string => {
  const named = say === 'link' && records.length === 0 ? ['OFFICERND', 'HUBSPOT'] : records;
  return ['orsync', 'decide', tenant, code, say, ...named].join(' ');
};

interface Decidable {
  readonly ways: readonly (Way & { readonly command: string })[];
  /** The decisions in force about records of the case. */
  readonly inForce: readonly Decision[];
}

/** One case: what can be decided about it, and what has been decided about its records. */
function reviewText(tenant: string, review: ShownReview, { ways, inForce }: Decidable): string {
  const dismiss = `"orsync review ${tenant} ${review.code} --dismiss" hides it until it changes, and decides nothing.`;
  const decided = inForce.length === 0 ? [] : ['Decided about its records:', decisionsTable(inForce)];
  return [...reviewLines(review), ...(ways.length === 0 ? [] : ['Decide with one of:', ...wayLines(ways)]), dismiss, ...decided].join('\n');
}

/** Commands, with their meanings below each other. */
function wayLines(ways: Decidable['ways']): readonly string[] {
  const width = Math.max(...ways.map(({ command }) => command.length));
  return ways.map(({ say, command }) => `  ${command.padEnd(width)}   ${meanings[say]}`);
}

const meanings: Readonly<Record<Word, string>> = {
  link: 'they belong together',
  'keep-apart': "none belongs to another; HubSpot's are created",
  create: "HubSpot's are created, whatever they look like",
  ignore: 'leave them alone',
  unlink: 'its link ends, and the two stay apart',
};

const remedies: Readonly<Record<ReviewKind, string>> = {
  ambiguous: 'several records share a key (L4): decide, or change or merge them',
  'same-name': 'only the name is the same (L3): decide, or correct a name',
  'emails-differ': 'the same name with two different e-mail addresses (L5): decide, or correct one',
  merged: 'HubSpot merged two linked records (U3): merge the OfficeRnD records or leave them, then dismiss',
  'link-taken': 'both have the hubspot_link_id of one HubSpot record, or are linked to it (L2): clear the wrong one',
  'other-portal': 'its hubspot_link_id belongs to another HubSpot portal (U7): clear it, or leave it and dismiss',
};
