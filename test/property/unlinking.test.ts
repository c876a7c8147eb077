import { LINK_PATH } from '../../domain/ids';
import fc from 'fast-check';
import { entities, sides } from '../../domain/entity';
import { isOlder } from '../../domain/plan-unlink';
import { law } from './fuzz';
import { edited, linkIds, play, sync } from './model-engine';
import type { Ran } from './model-engine';
import { activeByHubSpot, activeByOfficernd, activeLinks } from './model-store';
import { readHubSpot } from './model-vendors';
import type { World } from './model-world';
import { applyEdit, copyWorld, createWorld } from './model-world';
import { calmPolicy } from './scenario';
import { scenarios } from './scenarios';

const endedBy = ({ run }: Ran) =>
  new Map(run.effects.flatMap((effect) => (effect.kind === 'unlink' ? [[effect.id, effect.rule] as const] : [])));

law('U1 U5 a link ends exactly when one of its records is gone', scenarios, (scenario) => {
  for (const ran of play(scenario)) {
    const ended = endedBy(ran);
    for (const { id, entity, officerndId, hubspotId } of activeLinks(ran.before.store)) {
      const officernd = ran.before.vendors.officernd[entity].get(officerndId);
      const hubspot = readHubSpot(ran.before.vendors, entity, hubspotId);
      if (officernd === undefined && ran.run.held.has(officerndId)) expect(ended.get(id)).not.toBe('U5');
      else if (officernd === undefined) expect([id, ended.get(id)]).toEqual([id, 'U5']);
      else if (hubspot?.id === hubspotId) expect(ended.get(id)).not.toBe('U1');
      else if (hubspot === null && !ran.run.held.has(officerndId)) expect([id, ended.get(id)]).toEqual([id, 'U1']);
    }
  }
});

law('U1 nothing but the link id of the OfficeRnD record is touched', scenarios, (scenario) => {
  for (const ran of play(scenario)) {
    for (const [id, rule] of endedBy(ran)) {
      const link = ran.before.store.links.get(id);
      if (link === undefined || rule !== 'U1' || activeByOfficernd(ran.after.store, link.entity, link.officerndId) !== undefined) continue;
      const [before, after] = [ran.before, ran.after].map(({ vendors }) => vendors.officernd[link.entity].get(link.officerndId)?.values);
      expect({ ...after, [LINK_PATH]: null }).toEqual({ ...before, [LINK_PATH]: null });
      expect([null, before?.[LINK_PATH] === `42-${link.hubspotId}` ? null : before?.[LINK_PATH]]).toContain(after?.[LINK_PATH] ?? null);
    }
  }
});

law('U2 a truncated listing ends no link of records that are there', scenarios, (drawn) => {
  // Records that a truncated listing does not show do not count towards the brake, either.
  const scenario = { ...drawn, policy: { ...drawn.policy, brake: 'loose' as const } };
  const [edits = []] = scenario.rounds;
  const world = edited(scenario, createWorld(scenario), edits);
  const everything = new Set(entities.flatMap((entity) => sides.flatMap((side) => [...world.vendors[side][entity].keys()])));
  for (const hidden of [everything, new Set([...everything].filter((_, index) => index % 2 === 0))]) {
    const ran = sync(scenario, world, { hidden });
    const usual = endedBy(sync(scenario, world));
    for (const [id, rule] of endedBy(ran)) if (rule !== 'U7') expect([id, rule]).toEqual([id, usual.get(id)]);
  }
});

law('U3 a merge moves the older link, ends the other and asks a person', scenarios, (scenario) => {
  for (const { before, after, run } of play(scenario)) {
    const isThere = ({ entity, officerndId }: { entity: 'company' | 'member' | 'opportunity'; officerndId: string }) =>
      before.vendors.officernd[entity].has(officerndId);
    for (const entity of entities) {
      for (const survivor of before.vendors.hubspot[entity].values()) {
        const meeting = [survivor.id, ...survivor.mergedIds]
          .flatMap((id) => activeByHubSpot(before.store, entity, id) ?? [])
          .filter(isThere);
        if (!meeting.some(({ hubspotId }) => hubspotId !== survivor.id)) continue;
        const oldest = meeting.reduce((one, other) => (isOlder(other, one) ? other : one));
        expect(activeByHubSpot(after.store, entity, survivor.id)?.officerndId).toBe(oldest.officerndId);
        const reviewed = [...run.reviews.values()]
          .filter(({ kind, hubspotIds }) => kind === 'merged' && hubspotIds.includes(survivor.id))
          .flatMap(({ officerndIds }) => officerndIds);
        for (const loser of meeting.filter(({ id }) => id !== oldest.id)) {
          expect(reviewed).toContain(loser.officerndId);
          expect(activeByOfficernd(after.store, entity, loser.officerndId)?.hubspotId).not.toBe(survivor.id);
        }
      }
    }
  }
});

law('U3 a link that follows a merge keeps its base', scenarios, (scenario) => {
  for (const { before, after } of play(scenario)) {
    for (const { id, entity, officerndId, origin } of activeLinks(after.store)) {
      const former = activeByOfficernd(before.store, entity, officerndId);
      if (origin !== 'relinked' || former === undefined || former.id === id) continue;
      expect(Object.keys(after.store.snapshots.get(id) ?? {})).toEqual(
        expect.arrayContaining(Object.keys(before.store.snapshots.get(former.id) ?? {})),
      );
    }
  }
});

law('U4 of more unlinks than the limit none is done, U5 counted by itself, and the links stay as they are', scenarios, (scenario) => {
  if (scenario.policy.brake !== 'tight') return;
  for (const ran of play(scenario)) {
    for (const entity of entities) {
      for (const rules of [['U1', 'U7'], ['U5']]) {
        const braked = [...endedBy(ran)].filter(([id, rule]) => id.startsWith(`${entity}/`) && rules.includes(rule));
        expect(braked.length).toBeLessThanOrEqual(1);
      }
      for (const officerndId of ran.run.held) {
        const before = activeByOfficernd(ran.before.store, entity, officerndId);
        if (before !== undefined) expect(activeByOfficernd(ran.after.store, entity, officerndId)).toEqual(before);
      }
    }
  }
});

law('U5 what was deleted in OfficeRnD is never created again, be it as a record that it was merged into', scenarios, (scenario) => {
  const runs = play(scenario);
  const suppressed = new Set<string>();
  for (const { run } of runs) {
    for (const effect of run.effects) {
      if (effect.kind === 'create') {
        const { entity, hubspotId } = effect;
        const mergedIds = run.seen.hubspot[entity].get(hubspotId)?.mergedIds ?? [];
        for (const id of [hubspotId, ...mergedIds]) expect(suppressed).not.toContain(`${entity}/${id}`);
      }
      if (effect.kind === 'unlink' && effect.rule === 'U5') suppressed.add(effect.id.replace(/\/.*\//, '/'));
      if (effect.kind === 'link') suppressed.delete(effect.id.replace(/\/.*\//, '/'));
    }
  }
});

law('U6 a deleted record that is restored comes back with its link and its base', scenarios, (scenario) => {
  const calm = { ...scenario, policy: { ...scenario.policy, brake: 'loose' as const } };
  const [edits = []] = scenario.rounds;
  const world = sync(calm, edited(calm, createWorld(calm), edits)).after;
  scenario.pairs.forEach(({ entity }, pair) => {
    const link = activeByHubSpot(world.store, entity, `${100 + pair}`);
    if (link === undefined || !world.vendors.officernd[entity].has(link.officerndId)) return;
    const without = sync(calm, changed(world, { kind: 'delete', side: 'hubspot', pair }));
    if (activeByOfficernd(without.after.store, entity, link.officerndId) !== undefined) return;
    const again = sync(calm, changed(without.after, { kind: 'restore', pair }));
    expect(linkIds(again.after)).toContain(link.id);
    expect(again.run.effects).toContainEqual({ kind: 'link', rule: 'U6', id: link.id });
    expect(again.after.store.snapshots.get(link.id)).toEqual(world.store.snapshots.get(link.id));
  });

  function changed(before: World, edit: Parameters<typeof applyEdit>[2]): World {
    const after = copyWorld(before);
    applyEdit(after, calm, edit);
    return after;
  }
});

test('U6 M2 a deleted record that is restored after its OfficeRnD record got another link begins without a base', () => {
  const both = { entity: 'member', where: 'both', link: 'synced', values: [0, 0, 0, 0, 0, 0], parent: 0, passesFilter: false } as const;
  const runs = play({
    policy: { ...calmPolicy, filter: true },
    pairs: [both, { ...both, where: 'hubspot', values: [1, 0, 0, 0, 0, 0] }],
    rounds: [
      [{ kind: 'delete', side: 'hubspot', pair: 0 }],
      [{ kind: 'carry', pair: 0, of: 1, portal: 'ours' }],
      [{ kind: 'delete', side: 'hubspot', pair: 1 }],
      [{ kind: 'restore', pair: 0 }],
    ],
  });
  const made = runs.flatMap(({ run }) => run.effects.flatMap((effect) => (effect.kind === 'link' ? [`${effect.rule} ${effect.id}`] : [])));
  expect(made).toEqual(['L2 member/o0/101', 'L3 member/o0/100']);
});

law('U7 a foreign id that leads nowhere is cleared, one of another portal is left alone and reported', scenarios, (scenario) => {
  for (const { before, after, run } of play(scenario)) {
    for (const entity of entities) {
      for (const { id, values } of before.vendors.officernd[entity].values()) {
        const linkId = values[LINK_PATH];
        if (typeof linkId !== 'string' || activeByOfficernd(before.store, entity, id) !== undefined) continue;
        const now = after.vendors.officernd[entity].get(id)?.values[LINK_PATH] ?? null;
        if (linkId.startsWith('7-')) {
          expect(now).toBe(linkId);
          expect(run.reviews.has(`other-portal/${entity}/${id}/`)).toBe(true);
        } else if (readHubSpot(before.vendors, entity, linkId.slice(3)) === null && !run.held.has(id)) {
          expect(now).not.toBe(linkId);
        }
      }
    }
  }
});

test('U1 U3 U5 U7 the worlds of these laws meet every reason to unlink', () => {
  const rules = new Set(
    fc.sample(scenarios, { numRuns: 500, seed: 1 }).flatMap((scenario) => play(scenario).flatMap((ran) => [...endedBy(ran).values()])),
  );
  expect([...rules].sort()).toEqual(['U1', 'U3', 'U5', 'U7']);
});
