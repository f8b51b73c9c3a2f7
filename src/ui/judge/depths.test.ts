import { expect, it } from 'vitest';
import { DEPTHS as PLANNED } from '../../core/judge/plan.ts';
import { DEPTHS } from './depths.ts';

const full = DEPTHS.find((d) => d.value === 'autoattack')!;

it('given the depths of a report, then each has words', () => {
  expect(DEPTHS.map((d) => d.value)).toEqual(PLANNED);
});

it('given four classes or more, then the full ensemble is called what RobustBench reports; given fewer, then it is said why it is not', () => {
  for (const classes of [4, 10]) expect(full.words(classes)).toMatch(/: what RobustBench reports\.$/);
  for (const classes of [2, 3]) {
    expect(full.words(classes)).toMatch(/not what RobustBench reports, because .* needs four classes\.$/);
    expect(full.label(classes)).not.toContain('(standard)');
  }
});
