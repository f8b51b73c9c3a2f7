import { afterEach, describe, expect, it, vi } from 'vitest';
import { StepClock } from './step-clock.ts';

const device = vi.hoisted(() => ({ asynchronous: true, idle: 0 }));
vi.mock('../backend/device-idle.ts', () => ({
  isAsynchronous: () => device.asynchronous,
  deviceIdle: async () => void device.idle++,
}));
afterEach(() => {
  vi.restoreAllMocks();
  device.idle = 0;
});

/** Runs steps of these lengths in milliseconds on a fake clock. */
async function run(clock: StepClock, lengths: readonly number[]): Promise<void> {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  for (const ms of lengths) await clock.run(async () => void (now += ms));
}

describe('StepClock', () => {
  it('given a synchronous device, then every step is timed and the earlier seconds are added', async () => {
    device.asynchronous = false;
    const clock = new StepClock(10);
    await run(clock, [100, 200, 300]);
    expect(clock.seconds).toBeCloseTo(10.6);
  });

  it('given a GPU, then one step in seven is timed between two idle moments, and their mean counts for all', async () => {
    device.asynchronous = true;
    const clock = new StepClock();
    await run(clock, [900, 10, 1, 1, 1, 1, 1, 1, 30, 1]);
    expect(device.idle).toBe(4);
    expect(clock.seconds).toBeCloseTo(10 * 0.02);
  });

  it('given a GPU and every fourth step longer, then the seconds are those of all steps', async () => {
    device.asynchronous = true;
    const clock = new StepClock();
    await run(
      clock,
      Array.from({ length: 28 }, (_, i) => (i % 4 === 0 ? 50 : 10)),
    );
    expect(clock.seconds).toBeCloseTo(28 * 0.02);
  });
});
