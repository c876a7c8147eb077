import { AmbiguousIdError, idBeginningWith } from '../../../client/runs/by-beginning';

const among =
  (...ids: readonly string[]) =>
  async (beginning: string, limit: number) =>
    ids.filter((id) => id.startsWith(beginning)).slice(0, limit);

test('an id is meant by its beginning, wherever it is kept', async () => {
  const places = [among('a1', 'b1'), among('b2')];
  expect(await idBeginningWith('a', places)).toBe('a1');
  expect(await idBeginningWith('b2', places)).toBe('b2');
  expect(await idBeginningWith('c', places)).toBeNull();
  expect(await idBeginningWith('', places)).toBeNull();
});

test('an id that begins others is meant by itself', async () => {
  expect(await idBeginningWith('a1', [among('a1', 'a12')])).toBe('a1');
});

test('the beginning of several ids is refused with a sentence that lists them', async () => {
  await expect(idBeginningWith('b', [among('a1', 'b1'), among('b2')])).rejects.toThrow(
    new AmbiguousIdError('Several ids begin with b: b1, b2. Give more of the one that you mean.'),
  );
  const many = Array.from({ length: 20 }, (_, index) => `c${index}`);
  await expect(idBeginningWith('c', [among(...many)])).rejects.toThrow(/ and more\. /);
});
