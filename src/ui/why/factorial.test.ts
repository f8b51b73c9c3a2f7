import { expect, it } from 'vitest';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { countedWords } from './factorial.ts';

it('given the runs of the table of effects, then test images, seeds and attack are named, of ended runs alone', () => {
  const { runs } = sampleRace({ methods: 2, epochs: 1, repeats: 3 });
  expect(countedWords(runs)).toBe('2,000 test images, 3 seeds; robust: PGD-20.');
  const [one, two, ...others] = runs;
  expect(countedWords([one, two, ...others.map((run) => ({ ...run, final: null }))])).toBe(
    '2,000 test images, one seed; robust: PGD-20.',
  );
});
