import { Command } from 'commander';
import { z } from 'zod';
import { coded, reviewFinder } from '../../client/decisions/review-code';
import type { CodedReview } from '../../client/decisions/review-code';
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
        const { reviews, decisions } = store.forTenant(tenant);
        const open = await everyItem<Review>((request) => reviews.listOpen(request));
        const meant = id === undefined ? open.map(coded) : [reviewNamed(tenant, open, id)];
        const [one] = meant;
        if (dismiss && one !== undefined) {
          if (!(await reviews.dismiss(one.id, new Date()))) throw noSuchReview(tenant, one.code);
          context.terminal.result({ tenant, dismissed: one.id }, () => 'Dismissed; the review opens again when its case changes.');
          return exitCodes.ok;
        }
        const about = id === undefined || one === undefined ? [] : await decisions.ofRecords(one.entity, one);
        const inForce = about.filter(({ withdrawn }) => withdrawn === null);
        const shown = await nameReviews(store, tenant, meant);
        context.terminal.result({ tenant, reviews: shown, ...(id !== undefined && { decisions: inForce.map(shownDecision) }) }, () =>
          id === undefined ? reviewsText(tenant, shown) : reviewText(tenant, shown, inForce),
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

/** One case: what can be decided about it, and what has been decided about its records. */
function reviewText(tenant: string, reviews: readonly ShownReview[], decisions: readonly Decision[]): string {
  const ways = reviews.flatMap(({ code, hubspotIds }) => {
    const decide = `  orsync decide ${tenant} ${code}`;
    const ofPairs = [
      `${decide} link OFFICERND HUBSPOT   they belong together`,
      `${decide} keep-apart               none belongs to another; HubSpot's are created`,
      `${decide} create                   HubSpot's are created, whatever they look like`,
    ];
    return ['Decide with one of:', ...(hubspotIds.length === 0 ? [] : ofPairs), `${decide} ignore                   leave them alone`];
  });
  const decided = decisions.length === 0 ? [] : ['Decided about its records:', decisionsTable(decisions)];
  return [...reviews.flatMap(reviewLines), ...ways, ...decided].join('\n');
}

const remedies: Readonly<Record<ReviewKind, string>> = {
  ambiguous: 'several records share a key (L4): decide, or change or merge them',
  'same-name': 'only the name is the same (L3): decide, or correct a name',
  'emails-differ': 'the same name with two different e-mail addresses (L5): decide, or correct one',
  merged: 'HubSpot merged two linked records (U3): merge the OfficeRnD records or leave them, then dismiss',
  'link-taken': 'both have the hubspot_link_id of one HubSpot record, or are linked to it (L2): clear the wrong one',
  'other-portal': 'its hubspot_link_id belongs to another HubSpot portal (U7): clear it, or leave it and dismiss',
};
