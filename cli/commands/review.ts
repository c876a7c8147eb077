import { Command } from 'commander';
import { z } from 'zod';
import type { Review, ReviewKind } from '../../domain/review';
import { CliError, usageError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { everyItem } from '../../store/paging';
import { idBeginningWith } from '../../client/runs/by-beginning';
import { nameReviews } from '../../client/standing/named-records';
import type { NamedReview } from '../../client/standing/named-records';
import { asLabel, LISTED } from '../../domain/printable';
import { recordLines } from '../text/records';
import { requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({ tenant: tenantName, id: z.string().optional(), dismiss: z.boolean().default(false) });

/** `orsync review`: lists the cases that wait for a person, or hides one of them. Its output may change. */
export const reviewCommand = ({ action }: CommandKit): Command =>
  new Command('review')
    .description('list the cases that wait for a person, or dismiss one that shall stay as it is')
    .argument('<tenant>')
    .argument('[id]', 'the review’s id, as the list shows it')
    .option('--dismiss', 'hide this case until it changes; syncs are not affected')
    .action(
      action(input, async ({ tenant, id, dismiss }, context) => {
        await requireTenant(context, tenant);
        if (dismiss && id === undefined) throw usageError(`Name the review to dismiss; "orsync review ${tenant}" lists them.`);
        const store = await context.session.store();
        const { reviews } = store.forTenant(tenant);
        const meant = id === undefined ? undefined : ((await idBeginningWith(id, [reviews.openIdsFrom])) ?? id);
        if (dismiss && meant !== undefined) {
          if (!(await reviews.dismiss(meant, new Date()))) throw noSuchReview(tenant, meant);
          context.terminal.result({ tenant, dismissed: meant }, () => 'Dismissed; the review opens again when its case changes.');
          return exitCodes.ok;
        }
        const open = await everyItem<Review>((request) => reviews.listOpen(request));
        const named = await nameReviews(
          store,
          tenant,
          open.filter((review) => meant === undefined || review.id === meant),
        );
        if (id !== undefined && named.length === 0) throw noSuchReview(tenant, id);
        context.terminal.result({ tenant, reviews: named }, () => reviewsText(named));
        return exitCodes.ok;
      }),
    );

const noSuchReview = (tenant: string, id: string): CliError =>
  new CliError('no-review', `${tenant} has no open review ${id}; "orsync review ${tenant}" lists them.`, exitCodes.failed);

function reviewsText(reviews: readonly NamedReview[]): string {
  if (reviews.length === 0) return 'No case waits for a person.';
  return reviews
    .flatMap(({ id, entity, kind, rule, records }) => [
      `${kind}, ${entity} (${rule}): ${remedies[kind]}`,
      `  Review ${asLabel(id, ID_SHOWN)}`,
      ...records.slice(0, LISTED).flatMap((record) => recordLines({ entity, ...record })),
      ...(records.length > LISTED ? [`  and ${records.length - LISTED} more`] : []),
    ])
    .join('\n');
}

/** An id is made of the ids of the records, so it may be long. Its beginning is enough for the command. */
const ID_SHOWN = 200;

const remedies: Readonly<Record<ReviewKind, string>> = {
  ambiguous: 'several records share a key (L4): change or merge them',
  'same-name': 'only the name is the same (L3): set hubspot_link_id if they belong together, else correct a name',
  'emails-differ': 'the same name with two different e-mail addresses (L5): correct one',
  merged: 'HubSpot merged two linked records (U3): merge the OfficeRnD records or leave them, then dismiss',
  'link-taken': 'both have the hubspot_link_id of one HubSpot record, or are linked to it (L2): clear the wrong one',
  'other-portal': 'its hubspot_link_id belongs to another HubSpot portal (U7): clear it, or leave it and dismiss',
};
