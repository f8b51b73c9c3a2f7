import { expect, it, test } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { factorials } from '../../core/result/effects.ts';
import type { RunResult } from '../../core/result/results.ts';
import type { Switches } from '../../core/settings/config.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { comparedWords, countedWords } from './factorial.ts';

it('given the runs of the table of effects, then test images, seeds and attack are named, of ended runs alone', () => {
  const { runs } = sampleRace({ methods: 2, epochs: 1, repeats: 3 });
  expect(countedWords(runs)).toBe('2,000 test images, 3 seeds; robust: PGD-20.');
  const [one, two, ...others] = runs;
  expect(countedWords([one, two, ...others.map((run) => ({ ...run, final: null }))])).toBe(
    '2,000 test images, one seed; robust: PGD-20.',
  );
});

const rest = { curves: [], gradientConflict: [], bn: [], imagesPerSecond: 0, seconds: 0 };

/** A run of every combination of these switches. */
function everyCombination(names: readonly (keyof Switches)[]): RunResult[] {
  const changes = names.reduce<Partial<Switches>[]>(
    (all, name) => all.flatMap((change) => [true, false].map((on) => ({ ...change, [name]: on }))),
    [{}],
  );
  return changes.map((change) => ({
    ...{ ...contestant('arat', change), ...rest },
    final: { clean: 0.5, robust: 0.4, n: 100, attack: 'PGD-20' },
  }));
}

test.each([
  [
    ['splitBn', 'stopGradient', 'predictor'],
    '8 contestants: every combination of split BN, stop-gradient and predictor; with auto-balance.',
    4 + 3,
  ],
  [
    ['splitBn', 'stopGradient', 'predictor', 'autoBalance'],
    '16 contestants: every combination of split BN, stop-gradient, predictor and auto-balance. The interaction of all 4 is left out.',
    4 + 6 + 4,
  ],
] as const)(
  'given every combination of %j, then the caption says what is compared and left out',
  (names, words, effects) => {
    const [factorial] = factorials(everyCombination(names));
    expect(comparedWords(factorial)).toBe(words);
    expect(factorial.effects).toHaveLength(effects);
  },
);
