import { createExplainVerbs } from '../../client/explain/verbs';
import { chunksOf } from '../../domain/chunks';
import { standardFields } from '../../domain/standard-fields';
import { aBase, aConflict, anObservation, anOperation, aPair, aReport, aReview, aRun } from './builders';
import { NOW, useTestStore } from './test-store';

/** `orsync explain` at 20,000 links, or as many as asked for: it answers from indexes, whatever the number of records, runs and reviews. */

const own = useTestStore();

/** MANY_LINKS=100000 takes three minutes. */
const LINKS = Number(process.env['MANY_LINKS'] ?? 20_000);
const RUNS = 3;
/** The promise of docs/commands.md, for what is read from the store. */
const LONGEST_MS = 200;
const ASKED = 21;

const nameOf = (number: number): string => `Person ${number}`;
const emailOf = (number: number): string => `p${number}@example.com`;

async function fill(): Promise<void> {
  const { tenant } = own;
  const mapping = { ...aRun().mapping, fields: standardFields('member') };
  await tenant.runs.start(aRun({ mapping }));
  await tenant.runs.finish('run-1', aReport(), null, NOW);
  const numbers = Array.from({ length: LINKS }, (_, index) => index);
  for (const some of chunksOf(numbers, 2_000)) {
    const keys = (number: number) => ({ emails: [emailOf(number)], name: nameOf(number).toLowerCase() });
    const o = (number: number) => `o${number}`;
    await tenant.observations.record(
      'run-1',
      some.map((number) =>
        anObservation({ id: `${number}`, keys: keys(number), values: { firstname: 'Person', lastname: `${number}`, phone: '1' } }),
      ),
    );
    await tenant.observations.record(
      'run-1',
      some.map((number) =>
        anObservation({
          side: 'officernd',
          id: o(number),
          keys: keys(number),
          values: { name: nameOf(number), phone: '2' },
          linkId: `7-${number}`,
        }),
      ),
    );
    // The last hundred have no link: their keys are shared with many.
    const linked = some.filter((number) => number < LINKS - 100);
    await tenant.links.activate(linked.map((number) => aPair({ officerndId: o(number), hubspotId: `${number}` })));
    await tenant.snapshots.save(new Map(linked.map((number) => [`member/${o(number)}/${number}`, { phone: aBase('1') }])), 'member');
    for (let run = 1; run <= RUNS; run += 1)
      await tenant.operations.plan(
        `run-${run}`,
        some.map((number) => anOperation({ id: `op-${number}`, hubspotId: `${number}`, officerndId: o(number) })),
      );
    await tenant.conflicts.record(some.map((number) => aConflict({ linkId: `member/${o(number)}/${number}`, hubspotId: `${number}` })));
    await tenant.reviews.open(
      'run-1',
      some.slice(0, 20).map((number) => aReview({ id: `r${number}`, officerndIds: [o(number)], hubspotIds: [`x${number}`] })),
      NOW,
    );
  }
}

async function medianMs(work: (index: number) => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let index = 0; index < ASKED; index += 1) {
    const begun = performance.now();
    await work(index);
    took.push(performance.now() - begun);
  }
  return took.toSorted((one, other) => one - other)[Math.floor(ASKED / 2)] ?? Number.POSITIVE_INFINITY;
}

test(`explain and history answer within ${LONGEST_MS} ms at ${LINKS} links`, async () => {
  await fill();
  const verbs = createExplainVerbs(own.store, () => NOW);
  const ask = (id: string) => verbs.explain(own.tenantName, { entity: 'member', id });
  const figures = {
    linked: await medianMs((index) => ask(`${index * 37}`)),
    byEmail: await medianMs((index) => ask(emailOf(index * 41))),
    unlinked: await medianMs((index) => ask(`${LINKS - 1 - index}`)),
    history: await medianMs((index) => verbs.history(own.tenantName, { entity: 'member', id: `o${index * 43}` })),
  };
  expect((await ask('5'))?.state).toBe('linked');
  expect((await ask(`${LINKS - 1}`))?.state).toBe('unlinked');
  expect(Object.entries(figures).filter(([, ms]) => ms > LONGEST_MS)).toEqual([]);
  console.info(`explain at ${LINKS} links, median ms: ${JSON.stringify(figures)}`);
}, 900_000);
