import { z } from 'zod';
import { idOf, inStore, linkShown, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { poll } from '../support/poll';
import { statusOf } from '../support/told';

/**
 * A person's walk from a first sync of a dirty world to everything handled. The person knows what `orsync status` prints, and no more.
 * Each command is taken from its text, or from the text of a command that it names. Each edit in a vendor's screens follows what a group of
 * failures says. Each kind of decision is made once.
 */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const tenant = 'standing-walk';
const LINKED = 40;
/** Three in four have another phone on each side, which is more than the brake for first links lets through. */
const differs = (number: number) => number % 4 !== 0;
const numbers = Array.from({ length: LINKED }, (_, index) => index + 1);

/** People of whom one name stands for two, or for one with two addresses. `answers` says which. */
const strangers = ['Eva Two', 'Kim New', 'Lea Left'];

async function putDirtyWorld(): Promise<void> {
  const noLetters = { resource: 'members', field: 'phone', pattern: '[a-z]', message: 'Invalid phone number' };
  await stage.admin('officernd', 'PUT', '/settings', { refusals: [noLetters] });
  await stage.putWorld({
    officernd: {
      locations: [
        { _id: idOf('location', 1), name: 'Downtown' },
        { _id: idOf('location', 2), name: 'Uptown' },
      ],
      companies: [{ _id: idOf('company', 1), name: 'Acme', description: 'ours' }],
      members: [
        ...numbers.map((number) => ({
          _id: idOf('member', number),
          name: `Ann ${number}`,
          email: `ann${number}@example.com`,
          phone: `+44 20 ${1000 + number}`,
        })),
        // The same person twice, and one whose number in HubSpot is none that OfficeRnD takes.
        { _id: idOf('member', 101), name: 'Twin One', email: 'twin@example.com' },
        { _id: idOf('member', 102), name: 'Twin Two', email: 'twin@example.com' },
        { _id: idOf('member', 103), name: 'Zoe Odd', email: 'zoe@example.com' },
        // One name, and two addresses: HubSpot has each of them, too.
        ...strangers.map((name, index) => ({ _id: idOf('member', 201 + index), name, email: `${index}@here.example` })),
        { _id: idOf('member', 301), name: 'Mo Merged', email: 'mo@example.com' },
        { _id: idOf('member', 302), name: 'Ma Merged', email: 'ma@example.com' },
      ],
    },
    hubspot: {
      properties: { companies: [{ name: 'office' }], contacts: [{ name: 'office' }] },
      companies: [
        { id: '901', properties: { name: 'Acme', description: 'ours' } },
        { id: '902', properties: { name: 'Nowhere Ltd', office: 'Midtown' } },
      ],
      contacts: [
        ...numbers.map((number) => ({
          id: `${number}`,
          properties: {
            firstname: 'Ann',
            lastname: `${number}`,
            email: `ann${number}@example.com`,
            phone: differs(number) ? `+1 555 ${1000 + number}` : `+44 20 ${1000 + number}`,
          },
        })),
        { id: '101', properties: { firstname: 'Twin', email: 'twin@example.com' } },
        { id: '103', properties: { firstname: 'Zoe', lastname: 'Odd', email: 'zoe@example.com', phone: 'call me' } },
        { id: '104', properties: { email: 'nameless@example.com', office: 'Downtown' } },
        ...strangers.map((name, index) => ({
          id: `${201 + index}`,
          properties: { firstname: name.split(' ')[0], lastname: name.split(' ')[1], email: `${index}@there.example`, office: 'Downtown' },
        })),
        { id: '301', properties: { firstname: 'Mo', lastname: 'Merged', email: 'mo@example.com' } },
        { id: '302', properties: { firstname: 'Ma', lastname: 'Merged', email: 'ma@example.com' } },
      ],
    },
  });
}

const groupsSchema = z.object({ groups: z.array(z.object({ id: z.string(), reason: z.string(), step: z.string() })) });

/** The edits of a person at the vendors about each reason, as its step says. */
const mend: Readonly<Record<string, () => Promise<void>>> = {
  'location-unresolved': () => stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '902', properties: { office: 'Downtown' } }]),
  'no-name': () => stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '104', properties: { firstname: 'Nan' } }]),
  refused: () => stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '103', properties: { phone: '+44 9' } }]),
};

/** The right decision about each case, by a name in it: each kind of decision once. */
const answers: Readonly<Record<string, string>> = {
  'Twin One': 'link',
  'Eva Two': 'keep-apart',
  'Kim New': 'create',
  'Lea Left': 'ignore',
  'Mo Merged': 'unlink',
};
const decided = new Set<string>();

/** Decides a case by one of the commands that its page prints. The page also has the ids, where two are to be linked. */
async function decide(page: string): Promise<void> {
  const [name = '', say = ''] = Object.entries(answers).find(([known]) => page.includes(known)) ?? [];
  const [, command = ''] = new RegExp(`^ +orsync (decide \\S+ \\S+ ${say}\\b.*?)(?: {3}|$)`, 'm').exec(page) ?? [];
  expect([name, command]).toEqual([name, expect.stringContaining(` ${say}`)]);
  const [, officernd = ''] = /^ +OfficeRnD (\S+)/m.exec(page) ?? [];
  const [, hubspot = ''] = /^ +HubSpot (\S+)/m.exec(page) ?? [];
  const { code, stderr } = await stage.cli(...command.replace('OFFICERND', officernd).replace('HUBSPOT', hubspot).split(' '));
  expect([command, code, stderr]).toEqual([command, 0, '']);
  decided.add(say);
}

/** Follows one command of the page. Returns the kind of what it was for. */
async function follow(command: string): Promise<void> {
  const [program, ...args] = command.split(' ');
  expect(program).toBe('orsync');
  const { code, stdout } = await stage.cli(...args);
  expect([command, code]).toEqual([command, 0]);
  switch (args[0]) {
    case 'failures': {
      const { groups } = groupsSchema.parse(JSON.parse((await stage.cli(...args, '--json')).stdout));
      for (const { id, reason } of groups) {
        await mend[reason]?.();
        expect((await stage.cli('retry', tenant, '--group', id.slice(0, 5))).code).toBe(0);
      }
      return;
    }
    case 'review':
      for (const [code] of stdout.matchAll(/^r[0-9a-f]{8}/gm)) await decide((await stage.cli('review', tenant, code)).stdout);
      return;
    case 'conflicts':
      await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '901', properties: { description: 'ours' } }]);
      return;
    default:
      await untilIdle();
  }
}

const untilIdle = () =>
  poll('the end of the run', async () => ((await statusOf(stage, tenant)).running ? undefined : true), { deadlineMs: 120_000 });

test('A3 P1 L8 M10 a dirty world is brought in step with nothing but what status says', async () => {
  await putDirtyWorld();
  const settings = {
    locations: { property: 'office', map: { Downtown: 'Downtown' } },
    standard: { 'company.description': '→' },
  };
  expect(await stage.applyTenant(tenant, settings)).toMatchObject({ code: 0 });
  const pages: string[] = [];
  const walked: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    const page = (await stage.cli('status', tenant)).stdout;
    pages.push(page);
    const commands = [...page.matchAll(/^ {4}\$ (.+)$/gm)].map(([, command = '']) => command);
    if (commands.length === 0) break;
    for (const command of commands) await follow(command);
    walked.push(...commands.map((command) => command.replace(/ [0-9a-f]{12}$/, ' ID')));
    // Somebody edits against a one-way arrow meanwhile, and takes two people for one.
    if (round === 1)
      await stage.edit('hubspot', [
        { op: 'update', type: 'companies', id: '901', properties: { description: 'theirs' } },
        { op: 'merge', type: 'contacts', id: '302', into: '301' },
      ]);
    // The next run sees what was mended, and the page says how to start one.
    const [, next] = /"(orsync sync [^"]+)" does\.$/m.exec(page) ?? [];
    if (next !== undefined) await follow(next);
  }
  expect(walked).toEqual(
    expect.arrayContaining(
      [`sync ${tenant}`, `approve ${tenant} ID`, `failures ${tenant}`, `review ${tenant}`, `conflicts ${tenant}`].map(
        (one) => `orsync ${one}`,
      ),
    ),
  );
  expect([...decided].toSorted()).toEqual(Object.values(answers).toSorted());
  expect(pages.at(-1)).toContain('In step: ');
  expect(pages.at(-1)).toContain('Open: 0 reviews, 0 parked.');
  expect(pages.at(-1)).not.toContain('Waits for you');
  expect(pages.slice(0, -1).filter((page) => page.includes('In step: '))).toEqual([]);
  expect((await stage.cli('status', tenant)).code).toBe(0);
  expect((await stage.cli('report', tenant)).stdout).toContain('0 failures');

  // Everything that the page asked for has happened at the vendors.
  const { values, linkedTo, officernd } = await look(stage);
  expect(linkedTo('101')).toMatchObject({ name: 'Twin One' });
  expect(strangers.map((_name, index) => linkShown(officernd(idOf('member', 201 + index))))).toEqual([undefined, undefined, undefined]);
  expect([linkedTo('201'), linkedTo('202'), linkedTo('203')].map((one) => one?.name)).toEqual(['Eva Two', 'Kim New', undefined]);
  // The contact of the two who are one in HubSpot now goes with the other of them.
  expect([301, 302].map((number) => linkShown(officernd(idOf('member', number))))).toEqual([undefined, expect.any(String)]);
  for (const number of numbers) expect(values(`${number}`)).toMatchObject({ phone: `+44 20 ${1000 + number}` });
  expect(officernd(idOf('member', 103))).toMatchObject({ phone: '+44 9' });
  expect(linkedTo('902')).toMatchObject({ name: 'Nowhere Ltd', location: idOf('location', 1) });
  expect(linkedTo('104')).toMatchObject({ name: 'Nan' });
  expect(officernd(idOf('company', 1))).toMatchObject({ description: 'ours' });
  expect(await inStore(stage, (db) => db.collection('failures').countDocuments({ tenant }))).toBe(0);
});
