import { configurationHash } from '../../../config/configuration-hash';
import type { Definitions } from '../../../config/resolve/definitions';
import type { HubSpotPipeline } from '../../../connectors/hubspot/connector';
import type { HubSpotProperty } from '../../../config/resolve/definitions';
import type { OfficerndCustomProperty, OfficerndLocation, OfficerndOpportunityStatus } from '../../../connectors/officernd/connector';
import { someDefinitions } from '../fixtures';
import { mapped, problemsOf, resolved } from '../resolving';

test('the connectors’ answers are definitions as they are', () => {
  const fromConnectors = (
    properties: readonly HubSpotProperty[],
    pipelines: readonly HubSpotPipeline[],
    locations: readonly OfficerndLocation[],
    opportunityStatuses: readonly OfficerndOpportunityStatus[],
    customProperties: readonly OfficerndCustomProperty[],
  ): Definitions => ({
    hubspot: { properties: { companies: properties, contacts: properties, deals: properties }, pipelines },
    officernd: { locations, opportunityStatuses, customProperties },
  });
  expect(fromConnectors([], [], [], [], []).hubspot.pipelines).toEqual([]);
});

describe('the rest of the mapping', () => {
  test('L4, L5, L6, L11, U4, M6, M2: policies and brakes are copied', () => {
    const mapping = mapped({
      matching: { ambiguous: 'oldest', emailsDiffer: 'create' },
      create: { memberNeedsEmail: true },
      brakes: { unlink: { count: 1, share: 0.5 }, createsPerRun: 2, erase: { count: 3, share: 0.25 }, firstLink: { count: 4, share: 1 } },
    });
    expect(mapping).toMatchObject({
      tenant: 'acme',
      portalId: '12345678',
      matching: { ambiguous: 'oldest', emailsDiffer: 'create' },
      creation: { memberNeedsEmail: true },
      brakes: {
        unlinkCount: 1,
        unlinkShare: 0.5,
        createsPerRun: 2,
        eraseCount: 3,
        eraseShare: 0.25,
        firstLinkCount: 4,
        firstLinkShare: 1,
      },
    });
  });

  test('without a time zone the portal’s counts', () => {
    expect(mapped().timeZone).toBe('Europe/London');
    expect(mapped({ timeZone: null }).timeZone).toBe('America/New_York');
    const { account: _account, ...hubspot } = someDefinitions.hubspot;
    expect(resolved({ timeZone: null }, { ...someDefinitions, hubspot })).toMatchObject({ mapping: { timeZone: 'UTC' } });
  });

  test('L2 a token of another portal is refused', () => {
    expect(problemsOf({ hubspot: { portalId: '1', accessToken: { env: 'A' } } })).toMatchObject([{ setting: 'hubspot.portalId' }]);
  });

  test('the hash of a mapping does not depend on the order of keys or of the vendors’ answers', () => {
    const mapping = mapped();
    const turned = {
      ...someDefinitions,
      officernd: { ...someDefinitions.officernd, locations: [...someDefinitions.officernd.locations].reverse() },
    };
    const reordered = Object.fromEntries(Object.entries(mapping).reverse());
    expect(configurationHash(mapping)).toMatch(/^[0-9a-f]{64}$/);
    expect(configurationHash(mapped({}, turned))).toBe(configurationHash(mapping));
    expect(configurationHash({ ...mapping, ...reordered })).toBe(configurationHash(mapping));
    expect(configurationHash(mapped({ policies: { neverErase: true } }))).not.toBe(configurationHash(mapping));
  });
});
