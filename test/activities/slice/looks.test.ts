import { createLooks, LOOK_VALID_MS } from '../../../activities/slice/looks';
import { LookTooOld } from '../../../connectors/look-too-old';

/** M8: a write leaves soon after its record was read, and the run notes the largest time between. */

function world() {
  const clock = { ms: 10_000, asleepMs: 0 };
  return { clock, looks: createLooks({ clocks: () => ({ wallMs: clock.ms + clock.asleepMs, steadyMs: clock.ms }) }) };
}

test('M8 a look is good for two seconds from when its call was sent', async () => {
  const { clock, looks } = world();
  const look = looks.next();
  await look.begin();
  clock.ms += LOOK_VALID_MS;
  look.assertFresh();
  clock.ms += 1;
  expect(() => look.assertFresh()).toThrow(LookTooOld);
});

test.each([600_000, -600_000])(
  'M8 a look before a pause of the host, or before the clock was set, is repeated: %s ms',
  async (asleepMs) => {
    const { clock, looks } = world();
    const look = looks.next();
    await look.begin();
    clock.asleepMs = asleepMs;
    expect(() => look.assertFresh()).toThrow(LookTooOld);
    look.again();
    await look.begin();
    clock.ms += 40;
    look.assertFresh();
    expect(looks.takeMaxAgeMs()).toBe(40);
  },
);

test('M8 an age that only one clock tells is told by that one', async () => {
  const { clock, looks } = world();
  const look = looks.next();
  for (let attempt = 1; attempt < 4; attempt += 1) look.again();
  await look.begin();
  clock.ms += 70;
  clock.asleepMs = -600_000;
  look.assertFresh();
  expect(looks.takeMaxAgeMs()).toBe(70);
});

test('M8 a look of several calls counts from the first of them, and anew when it is repeated', async () => {
  const { clock, looks } = world();
  const look = looks.next();
  await look.begin();
  clock.ms += 1_500;
  await look.begin();
  clock.ms += 1_500;
  expect(() => look.assertFresh()).toThrow(LookTooOld);
  look.again();
  await look.begin();
  clock.ms += 1_500;
  look.assertFresh();
});

test('M8 the largest age of a look whose write left is told once', async () => {
  const { clock, looks } = world();
  expect(looks.takeMaxAgeMs()).toBeNull();
  for (const ageMs of [300, 1_200, 700]) {
    const look = looks.next();
    await look.begin();
    clock.ms += ageMs;
    look.assertFresh();
  }
  expect(looks.takeMaxAgeMs()).toBe(1_200);
  expect(looks.takeMaxAgeMs()).toBeNull();
});

test('M8 where every look takes too long, the write leaves after the fourth, and its age is told', async () => {
  const { clock, looks } = world();
  const look = looks.next();
  const lookAndCheck = async (): Promise<void> => {
    await look.begin();
    clock.ms += 5_000;
    look.assertFresh();
  };
  for (let attempt = 1; attempt < 4; attempt += 1) {
    await expect(lookAndCheck()).rejects.toThrow(LookTooOld);
    look.again();
  }
  await lookAndCheck();
  expect(looks.takeMaxAgeMs()).toBe(5_000);
});
