/** A contestant that trains for as many FLOP as ARAT, so for more epochs than the others. */
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { contestant } from '../experiments/contestant.ts';
import { digestOf } from '../result/node-digest.ts';
import { accuraciesOf } from '../result/accuracies.ts';
import { parseRaceResult } from '../result/results-schema.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { channelWorkers, onChannels } from './testing/channel-crew.ts';
import { keeper, tinyRace } from './testing/tiny-race.ts';
import type { RaceEnvironment } from './race.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const matched = contestant('at', { matchArat: true });
// With one step of the attack AT makes 5 passes, ARAT 8: 2 epochs of ARAT cost as much as 3.2 of AT.
const CONFIG = tinyConfig([contestant('at'), matched, contestant('arat')]);

async function run(config: ExperimentConfig, more: Partial<RaceEnvironment> = {}) {
  const { race, events } = tinyRace(config, () => {}, more);
  const result = await race.run();
  race.dispose();
  return { result, events };
}

const epochsIn = ({ result }: Awaited<ReturnType<typeof run>>) =>
  result.runs.map(({ curves }) => curves.map(({ epoch }) => epoch));

describe('a race with AT of as many FLOP as ARAT', () => {
  test('given it takes turns, then AT’s copy trains for 3 epochs as AT alone would with 3, and the others are as without it', async () => {
    const raced = await run(CONFIG);
    expect(raced.result.status).toBe('complete');
    expect(epochsIn(raced)).toEqual([
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2],
    ]);
    const longer = { ...tinyConfig([contestant('at')]), optimiser: { ...CONFIG.optimiser, epochs: 3 } };
    const alone = (await run(longer)).result.runs[0];
    expect(digestOf(raced.result.runs[1])).toBe(digestOf(alone));
    const without = (await run(tinyConfig([contestant('at'), contestant('arat')]))).result.runs;
    expect([raced.result.runs[0], raced.result.runs[2]].map(digestOf)).toEqual(without.map(digestOf));
    const last = raced.events.filter((e) => e.type === 'progress').at(-1)!;
    expect([last.stepsDone, last.stepsTotal]).toEqual([4 * 7, 4 * 7]);
    const points = accuraciesOf(raced.result.runs[1], CONFIG);
    expect(points.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
    expect(points.at(-1)!.clean).toBe(raced.result.runs[1].final!.clean);
    expect(parseRaceResult(JSON.parse(JSON.stringify(raced.result)))).toEqual(
      JSON.parse(JSON.stringify(raced.result)),
    );
  });

  test('given it runs on two cores, or is resumed from a state after two epochs, then its numbers are the same', async () => {
    const whole = await run(CONFIG);
    const digests = whole.result.runs.map(digestOf);
    const onTwo = await run(CONFIG, { executor: await onChannels(2, channelWorkers()) });
    expect(onTwo.result.runs.map(digestOf)).toEqual(digests);
    const { kept, checkpoints } = keeper();
    await run(CONFIG, { checkpoints });
    const between =
      kept.find(({ lanes }) => lanes[1].trainer?.step === 9) ?? kept.find(({ epoch }) => epoch === 2);
    expect(between).toBeDefined();
    const resumed = await run(CONFIG, { from: between });
    expect(resumed.result.runs.map(digestOf)).toEqual(digests);
  });
});
