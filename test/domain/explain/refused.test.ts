import { aFailure, base, explained, linkedFacts } from './facts';

/** A value that a vendor has refused (M10), as it is explained. */

test('A6 the vendor’s own words stand beside the reason, not in it', () => {
  const failures = [aFailure({ field: 'one', side: 'hubspot', said: 'Ann is not one of the options' })];
  const found = explained(linkedFacts({ one: 'x' }, { one: 'a' }, { one: base('a') }, { failures }));
  expect(found).toMatchObject({ said: 'Ann is not one of the options' });
  expect(found?.sentence).not.toContain('Ann');
});

test('M10 after "orsync retry", or when the refusal does not stand any more, the value is written', () => {
  const changed = { one: 'x' };
  for (const given of [{ retryRequested: true }, { stands: false }]) {
    const failures = [aFailure({ field: 'one', side: 'hubspot', ...given })];
    expect(explained(linkedFacts(changed, { one: 'a' }, { one: base('a') }, { failures }))).toMatchObject({
      state: 'next-run',
      rule: 'M3',
    });
  }
});
