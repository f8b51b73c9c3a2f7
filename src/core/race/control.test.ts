import { describe, expect, it } from 'vitest';
import { RaceControl, RaceStopped } from './control.ts';

/** A race that counts its yield points until it is stopped. */
function running(control: RaceControl) {
  const race = { passed: 0, error: null as unknown };
  const go = async () => {
    try {
      for (;;) {
        await control.yieldPoint(true);
        race.passed++;
      }
    } catch (error) {
      race.error = error;
    }
  };
  return { race, over: go() };
}
const later = (rounds = 20) =>
  Array.from({ length: rounds }).reduce<Promise<void>>(
    (before) => before.then(() => new Promise((resolve) => setTimeout(resolve))),
    Promise.resolve(),
  );

describe('a race that is held', () => {
  it('given two holds, then it stands still until both are released, and tells no pause', async () => {
    const control = new RaceControl();
    const told: boolean[] = [];
    control.onPause = (paused) => told.push(paused);
    const { race, over } = running(control);
    await later();
    const [a, b] = [control.hold(), control.hold()];
    await later();
    const { passed } = race;
    expect(passed).toBeGreaterThan(0);
    a();
    a();
    await later();
    expect(race.passed).toBe(passed);
    b();
    await later();
    expect(race.passed).toBeGreaterThan(passed);
    expect(told).toEqual([]);
    control.stop();
    await over;
  });

  it('given a pause under a hold, then releasing it does not resume the race', async () => {
    const control = new RaceControl();
    const told: boolean[] = [];
    control.onPause = (paused) => told.push(paused);
    const { race, over } = running(control);
    const release = control.hold();
    control.pause();
    await later();
    release();
    await later();
    const { passed } = race;
    control.allowStep();
    await later();
    expect(race.passed).toBe(passed + 1);
    control.resume();
    await later();
    expect(race.passed).toBeGreaterThan(passed + 1);
    expect(told[0]).toBe(true);
    expect(told.at(-1)).toBe(false);
    control.stop();
    await over;
  });

  it('given a stop under a hold, then the race ends at once', async () => {
    const control = new RaceControl();
    control.hold();
    const { race, over } = running(control);
    await later();
    control.stop();
    await over;
    expect(race.error).toBeInstanceOf(RaceStopped);
    expect(race.passed).toBe(0);
  });
});
