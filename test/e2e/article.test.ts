import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { useCases } from '../../cli/demo/article';
import type { UseCase } from '../../cli/demo/article';
import { showWorld } from '../../cli/demo/shown-world';

/** The article's three tables, record by record, through the command line, on real servers. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

async function shown() {
  const { officernd, hubspot } = await stage.world();
  return showWorld(officernd, hubspot);
}

async function play(useCase: UseCase, tenant: string) {
  await stage.putWorld({ officernd: useCase.world.officernd, hubspot: useCase.world.hubspot });
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
  if (useCase.edits.length > 0) {
    await stage.sync(tenant);
    await stage.edit('hubspot', useCase.edits);
  }
  return stage.sync(tenant);
}

/** A1: another run writes nothing, links nothing and opens no review. */
async function expectSettled(tenant: string, reviews: number) {
  const before = await stage.world();
  const report = await stage.sync(tenant);
  expect(await stage.world()).toEqual(before);
  expect(report).toMatchObject({ state: 'completed', conflicts: 0, firstLink: 0, failures: 0, reviews });
  for (const counts of Object.values(report.phases.link)) expect(counts).toMatchObject({ linked: 0, adopted: 0, created: 0 });
  for (const counts of Object.values(report.phases.unlink))
    expect(counts).toMatchObject({ unlinked: 0, retired: 0, relinked: 0, restored: 0 });
  for (const counts of Object.values(report.phases.update)) expect(counts).toMatchObject({ updatedOfficernd: 0, updatedHubspot: 0 });
}

describe('the tables of the article', () => {
  test('"1. Unlink": links to HubSpot records that do not exist are removed (U2, U7), and nothing else', async () => {
    const [useCase] = useCases;
    if (useCase === undefined) throw new Error('The article has three use cases.');
    await stage.putWorld({ officernd: useCase.world.officernd, hubspot: useCase.world.hubspot });
    const before = await stage.world();
    const report = await play(useCase, 'article-unlink');
    expect(await shown()).toEqual(useCase.expected);
    expect(report.phases.unlink).toMatchObject({ company: { unlinked: 1 }, member: { unlinked: 2 } });
    const after = await stage.world();
    const withoutLink = (record: Record<string, unknown>) => ({ ...record, properties: {}, modifiedAt: '', modifiedBy: '' });
    expect(after.officernd.members.map(withoutLink)).toEqual(before.officernd.members.map(withoutLink));
    await expectSettled('article-unlink', 0);
  });

  test('"2. Create and link": matches are linked, the missing are created, and nothing is created in HubSpot (L3, L6, L7, L9)', async () => {
    const useCase = useCases[1];
    if (useCase === undefined) throw new Error('The article has three use cases.');
    const report = await play(useCase, 'article-link');
    expect(await shown()).toEqual(useCase.expected);
    expect(report.phases.link).toMatchObject({ company: { linked: 1, created: 1 }, member: { linked: 2, created: 2 } });
    const { officernd } = await stage.world();
    const company = officernd.companies.find(({ name }) => name === 'Company 1');
    const member = officernd.members.find(({ name }) => name === 'Company 1 Member');
    expect(member?.['company']).toBe(company?._id);
    await expectSettled('article-link', 0);
  });

  test('"2. Create and link" without e-mails: two members of one name are a case for a person (L4)', async () => {
    const useCase = useCases[1];
    if (useCase === undefined) throw new Error('The article has three use cases.');
    await stage.putWorld(withoutEmails(useCase));
    await stage.applyTenant('article-ambiguous');
    const report = await stage.sync('article-ambiguous');
    expect(report).toMatchObject({ reviews: 1, phases: { link: { member: { linked: 1, created: 2 } } } });
    const { officernd } = await stage.world();
    expect(officernd.members.filter(({ name }) => name === 'Member 2').map(({ properties }) => properties['hubspot_link_id'])).toEqual([
      undefined,
      undefined,
    ]);
    await expectSettled('article-ambiguous', 1);
  });

  test('"2. Create and link" without e-mails, with `matching.ambiguous: oldest`: the older one is linked, as in the table (L4)', async () => {
    const useCase = useCases[1];
    if (useCase === undefined) throw new Error('The article has three use cases.');
    await stage.putWorld(withoutEmails(useCase));
    await stage.applyTenant('article-oldest', { matching: { ambiguous: 'oldest' } });
    expect(await stage.sync('article-oldest')).toMatchObject({ reviews: 0 });
    expect(await shown()).toEqual(useCase.expected);
    await expectSettled('article-oldest', 0);
  });

  test('"3. Update": changes made in HubSpot reach OfficeRnD (M3)', async () => {
    const useCase = useCases[2];
    if (useCase === undefined) throw new Error('The article has three use cases.');
    const report = await play(useCase, 'article-update');
    expect(await shown()).toEqual(useCase.expected);
    expect(report).toMatchObject({
      conflicts: 0,
      phases: {
        update: {
          company: { compared: 1, updatedOfficernd: 1, updatedHubspot: 0 },
          member: { compared: 2, updatedOfficernd: 2, updatedHubspot: 0 },
        },
      },
    });
    await expectSettled('article-update', 0);
  });
});

function withoutEmails({ world }: UseCase) {
  return {
    officernd: {
      ...world.officernd,
      members: world.officernd.members.map(({ email: _email, ...member }, age) => ({
        ...member,
        createdAt: `2026-01-0${age + 1}T00:00:00.000Z`,
      })),
    },
    hubspot: {
      ...world.hubspot,
      contacts: world.hubspot.contacts.map(({ properties: { email: _email, ...properties }, ...contact }) => ({ ...contact, properties })),
    },
  };
}
