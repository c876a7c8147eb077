import { Command } from 'commander';
import { z } from 'zod';
import type { Review, ReviewKind } from '../../domain/review';
import { CliError, usageError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { everyItem } from '../../store/paging';
import { idsText } from '../text/operations';
import { table } from '../text/tables';
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
        const { reviews } = (await context.session.store()).forTenant(tenant);
        if (dismiss && id !== undefined) {
          if (!(await reviews.dismiss(id, new Date()))) throw noSuchReview(tenant, id);
          context.terminal.result({ tenant, dismissed: id }, () => 'Dismissed; the review opens again when its case changes.');
          return exitCodes.ok;
        }
        const open = await everyItem<Review>((request) => reviews.listOpen(request));
        const shown = open.filter((review) => id === undefined || review.id === id);
        if (id !== undefined && shown.length === 0) throw noSuchReview(tenant, id);
        context.terminal.result({ tenant, reviews: shown }, () => reviewsText(shown));
        return exitCodes.ok;
      }),
    );

const noSuchReview = (tenant: string, id: string): CliError =>
  new CliError('no-review', `${tenant} has no open review ${id}; "orsync review ${tenant}" lists them.`, exitCodes.failed);

function reviewsText(reviews: readonly Review[]): string {
  if (reviews.length === 0) return 'No case waits for a person.';
  const rows = reviews.map(({ id, entity, kind, officerndIds, hubspotIds }) => [
    entity,
    idsText(officerndIds),
    idsText(hubspotIds),
    remedies[kind],
    id,
  ]);
  return table(['Entity', 'OfficeRnD', 'HubSpot', 'What to do', 'Review'], rows);
}

const remedies: Readonly<Record<ReviewKind, string>> = {
  ambiguous: 'several records share a key (L4): change or merge them',
  'same-name': 'only the name is the same (L3): set hubspot_link_id if they belong together, else correct a name',
  'emails-differ': 'the same name with two different e-mail addresses (L5): correct one',
  merged: 'HubSpot merged two linked records (U3): merge the OfficeRnD records or leave them, then dismiss',
  'link-taken': 'both have the hubspot_link_id of one HubSpot record, or are linked to it (L2): clear the wrong one',
  'other-portal': 'its hubspot_link_id belongs to another HubSpot portal (U7): clear it, or leave it and dismiss',
};
