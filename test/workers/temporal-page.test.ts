import { waitLines } from '../../workflows/audit';

test('the Temporal UI’s page shows a sentence as it is: names in it are no pictures, links or HTML', () => {
  const message = 'OfficeRnD has no location <img src=x> [desk](https://evil.example) *bold*\n# heading';
  const [line] = waitLines([{ step: 's', trouble: { kind: 'configuration', message, setting: null } }]);
  expect(line).toBe(
    '**Waits**, and goes on by itself: OfficeRnD has no location \\<img src=x\\> `[desk](https://evil.example)` \\*bold\\* # heading',
  );
});
