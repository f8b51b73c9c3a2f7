/** An index of all recorded contestants with made-up figures, for tests: each key has its own. */
import { COMBINATIONS, COMPARED, contestantWithKey, partsKey } from '../../../core/experiments/parts.ts';
import { PRESETS } from '../../../core/experiments/presets.ts';
import { parseFactorialIndex, type FactorialIndex } from '../../../core/result/factorial.ts';

export const KEYS: readonly string[] = [...COMPARED, ...COMBINATIONS.map(partsKey)];

/** Clean accuracy of the k-th key with seed s: steps of two points between keys, of 0.2 between seeds. */
export const cleanOf = (k: number, seed: number): number => 0.5 + 0.01 * k + 0.002 * seed;

export function sampleIndex(seeds = [0, 1, 2, 3, 4]): FactorialIndex {
  const { quick } = PRESETS;
  return parseFactorialIndex({
    format: 'arat-factorial',
    version: 1,
    commit: 'abc',
    config: { ...quick, contestants: quick.contestants.slice(0, 1), repeats: seeds.length },
    seeds,
    dataset: { provenance: 'made up', classNames: ['airplane', 'automobile', 'frog', 'horse'] },
    device: 'a test',
    contestants: KEYS.map((key, k) => ({
      ...contestantWithKey(key)!,
      key,
      weights: { seed: 0, bytes: 1000 },
      runs: seeds.map((seed) => ({
        seed,
        final: {
          clean: cleanOf(k, seed),
          robust: 0.4 + 0.001 * ((seed * 7) % 5),
          n: 800,
          attack: 'PGD-10, seed 0',
        },
        cosine: key.endsWith('t1') ? 0.1 - 0.001 * k : null,
        conflict: null,
        chance: null,
        bnDistance: 0.1,
      })),
    })),
  });
}
