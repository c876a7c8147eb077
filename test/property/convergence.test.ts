import { law } from './fuzz';
import { holdsSomeCreations, play, sync, visible } from './model-engine';
import { scenarios } from './scenarios';

law('A1 a second run without outside edits writes nothing, changes no link and opens no review', scenarios, (scenario) => {
  for (const ran of play(scenario)) {
    if (holdsSomeCreations(ran)) continue;
    const again = sync(scenario, ran.after);
    expect(visible(again)).toEqual([]);
    expect(again.newReviews).toEqual([]);
  }
});

law('A1 a second run agrees on nothing that the first did not, and loses nothing', scenarios, (scenario) => {
  for (const ran of play(scenario)) {
    if (holdsSomeCreations(ran)) continue;
    const again = sync(scenario, ran.after);
    expect(again.run.effects).toEqual([]);
    expect(again.after).toEqual(ran.after);
  }
});

law('M11 side effects of our own writes settle in two rounds', scenarios, (scenario) => {
  for (const { run } of play(scenario)) {
    expect(run.unsettled).toEqual([]);
    expect(run.rounds.length).toBeLessThanOrEqual(2);
  }
});
