import { LINK_PATH } from '../../domain/ids';
import { entities, sides } from '../../domain/entity';
import { law } from './fuzz';
import { edited, play, sync } from './model-engine';
import { lostValues } from './nothing-lost';
import { activeLinks } from './model-store';
import { applyEdit, createWorld } from './model-world';
import { mergeScenarios, scenarios } from './scenarios';

law('A3 a value that is gone is in the conflict list, or direction or policy explains it', scenarios, (scenario) => {
  for (const ran of play(scenario)) expect(lostValues(ran, ran.before)).toEqual([]);
});

law('M8 an edit during a run is never overwritten unseen', mergeScenarios, (scenario) => {
  const [edits = []] = scenario.rounds;
  const middle = Math.ceil(edits.length / 2);
  const world = edited(scenario, createWorld(scenario), edits.slice(0, middle));
  const during = edits.slice(middle);
  const ran = sync(scenario, world, { meanwhile: (now) => during.forEach((edit) => applyEdit(now, scenario, edit)) });
  expect(lostValues(ran, edited(scenario, world, during))).toEqual([]);
});

law('M8 the run after one that was disturbed by edits settles them', mergeScenarios, (scenario) => {
  const [edits = []] = scenario.rounds;
  const ran = sync(scenario, createWorld(scenario), { meanwhile: (now) => edits.forEach((edit) => applyEdit(now, scenario, edit)) });
  const next = sync(scenario, ran.after);
  expect(lostValues(next, ran.after)).toEqual([]);
  expect(sync(scenario, next.after).run.effects).toEqual([]);
});

law('L7 nothing is ever created in HubSpot, and nothing is deleted on either side', scenarios, (scenario) => {
  for (const { before, after, run } of play(scenario)) {
    for (const entity of entities) {
      expect([...after.vendors.hubspot[entity].keys()]).toEqual([...before.vendors.hubspot[entity].keys()]);
      expect([...after.vendors.officernd[entity].keys()].slice(0, before.vendors.officernd[entity].size)).toEqual([
        ...before.vendors.officernd[entity].keys(),
      ]);
      const created = run.effects.filter((effect) => effect.kind === 'create' && effect.entity === entity).length;
      expect(after.vendors.officernd[entity].size - before.vendors.officernd[entity].size).toBe(created);
    }
  }
});

law('M5 nothing is written against an arrow', scenarios, (scenario) => {
  for (const { run } of play(scenario)) {
    const forbidden = run.mapping.fields.flatMap(({ entity, direction, officernd, hubspot }) =>
      direction === '→'
        ? [`officernd ${entity} ${officernd}`]
        : direction === '←'
          ? hubspot.map((name) => `hubspot ${entity} ${name}`)
          : [],
    );
    const written = run.effects.flatMap((effect) => {
      if (effect.kind === 'write') return Object.keys(effect.changes).map((name) => `${effect.side} ${effect.entity} ${name}`);
      return effect.kind === 'create' ? Object.keys(effect.values).map((name) => `officernd ${effect.entity} ${name}`) : [];
    });
    expect(written.filter((name) => forbidden.includes(name))).toEqual([]);
  }
});

law('M9 only mapped fields are sent, and only those that change', scenarios, (scenario) => {
  for (const { run, before } of play(scenario)) {
    for (const effect of run.effects) {
      if (effect.kind !== 'write') continue;
      const { side, entity, id, changes } = effect;
      const fields = run.mapping.fields.filter((field) => field.entity === entity);
      const mapped =
        side === 'officernd' ? [LINK_PATH, ...fields.map(({ officernd }) => officernd)] : fields.flatMap(({ hubspot }) => hubspot);
      const record = before.vendors[side][entity].get(id)?.values ?? {};
      const same = Object.keys(changes).filter((name) => changes[name] !== '' && record[name] === changes[name]);
      expect(Object.keys(changes).filter((name) => !mapped.includes(name))).toEqual([]);
      // A sent field differs from the record's value, unless it undoes a side effect of our own write (M11).
      if (entity !== 'opportunity' && !Object.hasOwn(record, LINK_PATH)) expect(same).toEqual([]);
    }
  }
});

law('M9 L7 unmapped fields and unlinked records are left alone', scenarios, (scenario) => {
  for (const { before, after } of play(scenario)) {
    for (const entity of entities) {
      for (const side of sides) {
        const links = activeLinks(after.store, entity);
        for (const [id, { values }] of before.vendors[side][entity]) {
          const now = after.vendors[side][entity].get(id)?.values;
          expect([now?.['secret'], now?.['properties.secret']]).toEqual([values['secret'], values['properties.secret']]);
          if (links.some((link) => (side === 'officernd' ? link.officerndId : link.hubspotId) === id)) continue;
          expect({ ...now, [LINK_PATH]: null }).toEqual({ ...values, [LINK_PATH]: null });
        }
      }
    }
  }
});
