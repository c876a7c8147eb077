import type { Edit, PairSpec, Scenario } from './scenario';
import { calmPolicy } from './scenario';

/** A case that once broke a law, shrunk, with a note about the mistake. Every law is first tried on all of them. */
export interface Regression {
  readonly note: string;
  readonly scenario: Scenario;
}

const pair = (entity: PairSpec['entity'], given: Partial<PairSpec> = {}): PairSpec => ({
  entity,
  where: 'both',
  link: 'synced',
  values: [0, 0, 0, 0, 0, 0],
  parent: 0,
  passesFilter: false,
  ...given,
});

const scenario = (pairs: readonly PairSpec[], ...rounds: readonly (readonly Edit[])[]): Scenario => ({ policy: calmPolicy, pairs, rounds });

const company = pair('company');
const member = pair('member');
const deal = pair('opportunity');

export const regressions: readonly Regression[] = [
  {
    note: 'A1 the id of another portal on a record whose link ends was reported one run late',
    scenario: scenario([company], [{ kind: 'carry', pair: 0, of: 0, portal: 'other' }], [{ kind: 'delete', side: 'hubspot', pair: 0 }]),
  },
  {
    note: 'A1 U7 a dead id of ours on a record whose link ends was cleared one run late',
    scenario: scenario(
      [company, company],
      [
        { kind: 'merge', pair: 0, into: 1, newId: false },
        { kind: 'delete', side: 'hubspot', pair: 1 },
        { kind: 'carry', pair: 1, of: 0, portal: 'ours' },
      ],
    ),
  },
  {
    note: 'U3 U5 a link whose OfficeRnD record was gone won a merge and followed it',
    scenario: scenario(
      [member, member],
      [
        { kind: 'merge', pair: 1, into: 0, newId: true },
        { kind: 'delete', side: 'officernd', pair: 0 },
      ],
    ),
  },
  {
    note: 'U5 what was deleted in OfficeRnD was created again as the record that it was merged into',
    scenario: scenario(
      [member, member],
      [
        { kind: 'delete', side: 'officernd', pair: 0 },
        { kind: 'delete', side: 'officernd', pair: 1 },
      ],
      [{ kind: 'merge', pair: 0, into: 1, newId: true }],
    ),
  },
  {
    note: 'L12 a linked record that carries the id of another was taken for that one’s creation',
    scenario: scenario([pair('member', { where: 'hubspot' }), member], [{ kind: 'carry', pair: 1, of: 0, portal: 'ours' }]),
  },
  {
    note: 'A2 a run that died between the two halves of a relink left the record to matching',
    scenario: scenario(
      [member, member],
      [{ kind: 'carry', pair: 0, of: 2, portal: 'ours' }],
      [{ kind: 'merge', pair: 0, into: 1, newId: false }],
    ),
  },
  {
    note: 'A3 a value that gave way in a write that was refused was kept twice',
    scenario: scenario(
      [member, pair('member', { where: 'hubspot', values: [0, 0, 0, 0, 4, 0] }), pair('member', { values: [0, 0, 0, 0, 5, 0] })],
      [
        { kind: 'set', side: 'officernd', pair: 2, field: 2, value: 7 },
        { kind: 'merge', pair: 0, into: 2, newId: false },
      ],
    ),
  },
  {
    note: 'L13 U3 a link that followed a merge came before the one it replaced had ended, and was refused',
    scenario: scenario(
      [company, deal, pair('opportunity', { values: [0, 0, 0, 0, 1, 0] })],
      [
        { kind: 'delete', side: 'officernd', pair: 2 },
        { kind: 'merge', pair: 1, into: 2, newId: false },
      ],
    ),
  },
  {
    note: 'A2 M11 a run that died after writing the stage of a first link left the probability that HubSpot set with it as drift',
    scenario: scenario([pair('opportunity', { link: 'carried' })], [{ kind: 'set', side: 'officernd', pair: 0, field: 4, value: 1 }]),
  },
  {
    note: 'M11 A3 a close date that HubSpot set while its former one was being copied was taken for agreed, and both sides differed for ever',
    scenario: scenario(
      [
        company,
        pair('opportunity', { where: 'hubspot', values: [4, 0, 0, 1, 0, 0], parent: 1 }),
        pair('opportunity', { where: 'officernd', values: [4, 0, 0, 0, 4, 0], parent: 1 }),
      ],
      [],
    ),
  },
  {
    note: 'L13 A2 a suppression outlived the link that ended it when the run died between the two',
    scenario: scenario(
      [pair('opportunity', { parent: 1 }), company, pair('opportunity', { parent: 1 })],
      [{ kind: 'delete', side: 'hubspot', pair: 2 }],
      [{ kind: 'delete', side: 'officernd', pair: 0 }],
    ),
  },
  {
    note: 'A2 a run that died after closing a deal made OfficeRnD’s copy of its former close date win over the one that HubSpot had set',
    scenario: scenario(
      [
        company,
        pair('opportunity', { where: 'hubspot', values: [4, 0, 0, 1, 0, 0], parent: 1 }),
        pair('opportunity', { where: 'officernd', values: [4, 0, 0, 0, 1, 0], parent: 1 }),
      ],
      [],
    ),
  },
  {
    note: 'U6 the link that followed a merge was not restored, since the one that had lost to it had been made later',
    scenario: scenario([member, company, member], [{ kind: 'merge', pair: 0, into: 2, newId: false }]),
  },
  {
    note: 'U3 A1 two links older than the survivor’s own met in it: its own link stayed for one more run, and kept the oldest from following',
    scenario: scenario(
      [member, pair('member', { link: 'carried' }), member],
      [],
      [
        { kind: 'merge', pair: 2, into: 0, newId: false },
        { kind: 'merge', pair: 0, into: 1, newId: false },
      ],
    ),
  },
];
