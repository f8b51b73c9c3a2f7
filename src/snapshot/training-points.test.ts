import { expect, it } from 'vitest';
import { bestEpoch } from '../core/result/best-epoch.ts';
import type { RaceResult } from '../core/result/results.ts';
import { decodeSnapshot } from './decode.ts';
import { encodeSnapshot } from './encode.ts';
import { sampleRace } from './testing/sample-race.ts';

it('given accuracies on training images, when encoded and decoded, then they are the same but for rounding, and a thinned curve keeps its best epoch', async () => {
  const race = sampleRace({ methods: 2, epochs: 300, training: true });
  const [run, ...others] = race.runs;
  const best = 137;
  const curves = run.curves.map((p) => (p.epoch === best ? { ...p, robust: 0.99 } : p));
  const sent: RaceResult = { ...race, runs: [{ ...run, curves }, ...others] };
  const { hash, detail } = await encodeSnapshot(sent);
  expect(detail.epochs).toBeLessThan(300);
  const back = await decodeSnapshot(hash);
  for (const p of back.runs[0].curves) {
    const original = curves.find(({ epoch }) => epoch === p.epoch)!;
    expect(p.trainClean).toBeCloseTo(original.trainClean!, 4);
    expect(p.trainRobust).toBeCloseTo(original.trainRobust!, 4);
  }
  expect(bestEpoch(back.runs[0], back.config)?.best.epoch).toBe(best);
  const short = await decodeSnapshot((await encodeSnapshot(sampleRace({ epochs: 3 }))).hash);
  expect(short.runs[0].curves[1].featureDistance).toBeCloseTo(1 - short.runs[0].curves[1].robust, 3);
  expect(short.runs[0].curves[1].trainRobust).toBeUndefined();
});
