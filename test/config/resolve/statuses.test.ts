import { someDefinitions } from '../fixtures';
import { mapped, problemsOf, resolved } from '../resolving';
import type { Changes } from '../resolving';

describe('statuses of opportunities', () => {
  const statuses = (table: unknown, pipeline = 'default'): Changes => ({ opportunities: { pipeline, statuses: table } });

  test('the table is resolved from ids and labels, however they are written; the rest by labels that are unique', () => {
    const { pipelineId, statuses: table } = mapped(statuses({ appointmentscheduled: 'new', 'CLOSED  won': 'st-won' }));
    expect(pipelineId).toBe('default');
    expect(table.statusByStage).toEqual({ appointmentscheduled: 'st-new', closedwon: 'st-won', 4711: 'st-tour' });
    expect(table.stageByStatus).toEqual({ 'st-new': 'appointmentscheduled', 'st-won': 'closedwon', 'st-tour': '4711' });
  });

  test('of several stages for one status the first configured is written', () => {
    const { statuses: table } = mapped(
      statuses([
        { stage: 'closedwon', status: 'Won' },
        { stage: '4711', status: 'Won' },
      ]),
    );
    expect(table.stageByStatus['st-won']).toBe('closedwon');
    expect(table.statusByStage).toMatchObject({ closedwon: 'st-won', 4711: 'st-won' });
  });

  test('M12 what has no counterpart is named, never guessed', () => {
    const { warnings } = resolved(statuses({ closedwon: 'Won' }));
    const settings = warnings.filter(({ setting }) => setting.startsWith('opportunities')).map(({ message }) => message);
    expect(settings).toEqual([
      'no counterpart, so differences are only reported, for the HubSpot stages: appointmentscheduled (Appointment scheduled), closedlost (Closed Lost)',
      'no counterpart, so differences are only reported, for the OfficeRnD statuses: st-new (New)',
    ]);
  });

  test('a label that two statuses share matches nothing and can’t be configured', () => {
    const twins = [
      ...someDefinitions.officernd.opportunityStatuses,
      { id: 'st-tour-2', description: 'Tour' },
      { id: 'st-3', description: ' tour ' },
    ];
    const definitions = { ...someDefinitions, officernd: { ...someDefinitions.officernd, opportunityStatuses: twins } };
    expect(mapped({}, definitions).statuses.statusByStage).toEqual({});
    expect(problemsOf(statuses({ closedwon: 'tour' }), definitions)).toMatchObject([
      { message: expect.stringContaining('more than one OfficeRnD status') },
    ]);
  });

  test('unknown stages and statuses are answered with the ones there are', () => {
    expect(problemsOf(statuses({ lost: 'New', closedwon: 'Lost' }))).toEqual([
      {
        setting: 'opportunities.statuses.lost',
        message:
          'there is no stage lost in the pipeline; there are: appointmentscheduled (Appointment scheduled), 4711 (Tour), closedwon (Closed Won), closedlost (Closed Lost)',
      },
      {
        setting: 'opportunities.statuses.closedwon',
        message: 'there is no OfficeRnD status Lost; there are: st-new (New), st-won (Won), st-tour (TOUR)',
      },
    ]);
    expect(
      problemsOf(
        statuses([
          { stage: 'closedwon', status: 'Won' },
          { stage: 'Closed Won', status: 'New' },
        ]),
      ),
    ).toMatchObject([{ message: expect.stringContaining('twice') }]);
  });

  test('the pipeline is found by id or label, and an unknown one is answered with those there are', () => {
    expect(mapped(statuses({}, 'renewals'))).toMatchObject({ pipelineId: '99', statuses: { statusByStage: { 1: 'st-new' } } });
    expect(problemsOf(statuses({}, 'Rentals'))).toEqual([
      {
        setting: 'opportunities.pipeline',
        message: 'HubSpot has no deal pipeline Rentals, or several with this label; there are: default (Sales Pipeline), 99 (Renewals)',
      },
    ]);
  });
});
