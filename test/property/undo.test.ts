import { entities, sides } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import { LINK_PATH } from '../../domain/ids';
import { canonical, rawOf } from '../../domain/values';
import type { Canonical } from '../../domain/values';
import { law } from './fuzz';
import { edited, holdsSomeCreations, linkIds, play, sync, undo, visible } from './model-engine';
import type { Ran } from './model-engine';
import type { Effect } from './model-run';
import { activeLinks } from './model-store';
import type { World } from './model-world';
import { calmPolicy } from './scenario';
import { mergeScenarios, scenarios } from './scenarios';

/** Every mapped field's value in canonical form, by side, record and field. */
function values({ run }: Ran, { vendors }: World): ReadonlyMap<string, Canonical> {
  const all = new Map<string, Canonical>();
  for (const side of sides) {
    for (const entity of entities) {
      for (const [id, record] of vendors[side][entity]) {
        for (const field of run.mapping.fields.filter((one) => one.entity === entity && !isSideEffect(one.key, entity)))
          all.set(nameOf(side, entity, id, field.key), canonical(field, side, rawOf(field, side, record.values), run.context));
      }
    }
  }
  return all;
}

/** M11: what a vendor sets along with a status was not written by the run, and does not go back. */
const isSideEffect = (key: string, entity: Entity): boolean => entity === 'opportunity' && (key === 'probability' || key === 'startDate');

const nameOf = (side: Side, entity: Entity, id: string, field: string): string => [side, entity, id, field].join(' ');

/** The values that a run left as they are, because of what it says. */
const leftIn = ({ run }: Ran): ReadonlySet<string> =>
  new Set(
    run.left.flatMap(({ linkId, field }) => {
      const [entity = '', officerndId = '', hubspotId = ''] = linkId.split('/');
      return field === null ? [] : [`officernd ${entity} ${officerndId} ${field}`, `hubspot ${entity} ${hubspotId} ${field}`];
    }),
  );

/** The entries of one map that differ in the other. Records that only one of them has are left out. */
const differing = (
  one: ReadonlyMap<string, Canonical>,
  other: ReadonlyMap<string, Canonical>,
  except: ReadonlySet<string> = new Set(),
): readonly string[] =>
  [...one].flatMap(([name, value]) => (!other.has(name) || other.get(name) === value || except.has(name) ? [] : [name]));

/** Values that no mapped field shows: unmapped ones, and link ids of records without a link. */
const others = ({ store, vendors }: World): ReadonlyMap<string, Canonical> =>
  new Map(
    entities.flatMap((entity) =>
      sides.flatMap((side) =>
        [...vendors[side][entity]].flatMap(([id, { values: of }]): (readonly [string, Canonical])[] => [
          [nameOf(side, entity, id, 'secret'), String(of['secret'] ?? of['properties.secret'] ?? '')],
          // L14: the id of a link that stays may show now.
          ...(activeLinks(store, entity).some(({ officerndId }) => officerndId === id)
            ? []
            : [[nameOf(side, entity, id, LINK_PATH), String(of[LINK_PATH] ?? '')] as const]),
        ]),
      ),
    ),
  );

/** Link ids that the run cleared because their record is gone (U1, U7), or that followed a merge (U3). They stay so. */
const cleared = ({ run }: Ran): ReadonlySet<string> =>
  new Set(
    run.effects.flatMap((one) =>
      one.kind === 'unlink' || (one.kind === 'link' && one.rule === 'U3')
        ? [['officernd', ...one.id.split('/').slice(0, 2), LINK_PATH].join(' ')]
        : [],
    ),
  );

/** Shown again by a plain run (L14), or set by a vendor along with a status (M11). */
const mayFollow: ReadonlySet<string> = new Set([LINK_PATH, 'probability', 'startDate', 'hs_deal_stage_probability', 'closedate']);

/** M11: OfficeRnD sets the probability with the status that goes back, over one that somebody has just set. The next run merges that. */
const isOnlyFollowing = (one: Effect): boolean =>
  one.kind === 'write' && Object.keys(one.changes).every((name) => name !== LINK_PATH && mayFollow.has(name));

law(
  'X1 X2 a run and its undo: every mapped field is back, nothing else has changed, and the next run writes nothing',
  scenarios,
  (scenario) => {
    for (const ran of play(scenario)) {
      if (holdsSomeCreations(ran)) continue;
      const undone = undo(scenario, ran.after, ran.run);
      expect(differing(values(ran, ran.before), values(ran, undone.after), leftIn(undone))).toEqual([]);
      expect(undone.run.left.filter(({ why }) => why === 'changed-since')).toEqual([]);
      expect(differing(others(ran.before), others(undone.after), cleared(ran))).toEqual([]);
      const next = sync(scenario, undone.after);
      expect(visible(next).filter((one) => !isOnlyFollowing(one))).toEqual([]);
    }
  },
);

law('X3 undoing an undo is the run again, and the next run writes nothing', scenarios, (scenario) => {
  for (const ran of play(scenario)) {
    if (holdsSomeCreations(ran)) continue;
    const undone = undo(scenario, ran.after, ran.run);
    const again = undo(scenario, undone.after, undone.run);
    expect(differing(values(ran, ran.after), values(ran, again.after))).toEqual([]);
    expect(differing(others(ran.after), others(again.after))).toEqual([]);
    expect(linkIds(again.after)).toEqual(linkIds(ran.after));
    expect(visible(sync(scenario, again.after)).filter((one) => !isOnlyFollowing(one))).toEqual([]);
  }
});

law('X1 what somebody has changed since stays, and is listed', mergeScenarios, (scenario) => {
  const [edits = []] = scenario.rounds;
  const middle = Math.ceil(edits.length / 2);
  const [ran] = play({ ...scenario, rounds: [edits.slice(0, middle)] });
  if (ran === undefined) return;
  const since = edited(scenario, ran.after, edits.slice(middle));
  const changed = differing(values(ran, ran.after), values(ran, since));
  const undone = undo(scenario, since, ran.run);
  const [before, after] = [values(ran, since), values(ran, undone.after)];
  expect(changed.filter((name) => before.get(name) !== after.get(name))).toEqual([]);
  const back = differing(before, after);
  expect(back.filter((name) => after.get(name) !== values(ran, ran.before).get(name))).toEqual([]);
});

law('X1 M3 an edit of one side since is carried over by the next run, whatever went back on the other', mergeScenarios, (given) => {
  const scenario = { ...given, policy: calmPolicy };
  const [edits = []] = scenario.rounds;
  const middle = Math.ceil(edits.length / 2);
  const [ran] = play({ ...scenario, rounds: [edits.slice(0, middle)] });
  if (ran === undefined) return;
  const since = edited(scenario, ran.after, edits.slice(middle));
  const changed = new Set(differing(values(ran, ran.after), values(ran, since)));
  const before = values(ran, since);
  const next = values(ran, sync(scenario, undo(scenario, since, ran.run).after).after);
  const alone = [...changed].filter((name) => !changed.has(acrossFrom(name)) && !/ opportunity |phone/.test(name));
  expect(alone.filter((name) => next.get(acrossFrom(name)) !== before.get(name))).toEqual([]);
});

/** The same field on the other side of a link that the scenario began with. */
function acrossFrom(name: string): string {
  const [side = '', entity = '', id = '', ...field] = name.split(' ');
  return side === 'officernd'
    ? ['hubspot', entity, `${100 + Number(id.slice(1))}`, ...field].join(' ')
    : ['officernd', entity, `o${Number(id) - 100}`, ...field].join(' ');
}

law(
  'A2 X3 an undo that was stopped after any effect ends as an undisturbed one when it goes on',
  scenarios,
  (scenario) => {
    const [ran] = play(scenario);
    if (ran === undefined || holdsSomeCreations(ran)) return;
    const undisturbed = undo(scenario, ran.after, ran.run);
    for (let stopAfter = 0; stopAfter < undisturbed.run.effects.length; stopAfter += 1) {
      const stopped = undo(scenario, ran.after, ran.run, { stopAfter });
      const { after } = undo(scenario, stopped.after, ran.run);
      expect({ stopAfter, differing: differing(values(ran, undisturbed.after), values(ran, after)) }).toEqual({ stopAfter, differing: [] });
      expect({ stopAfter, links: linkIds(after), others: others(after) }).toEqual({
        stopAfter,
        links: linkIds(undisturbed.after),
        others: others(undisturbed.after),
      });
      // X1: what was taken back of a run that broke off is carried nowhere by a plain run. A trimmed text looks changed to it.
      if (scenario.policy.officerndTrims) continue;
      const plain = sync(scenario, stopped.after);
      const carried = plain.run.effects.flatMap((one) => (one.kind === 'write' ? Object.keys(one.changes) : []));
      expect({ stopAfter, carried: carried.filter((name) => !mayFollow.has(name)) }).toEqual({ stopAfter, carried: [] });
    }
  },
  { share: 0.4 },
);
