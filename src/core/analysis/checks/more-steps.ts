import { count, type Check } from './types.ts';

/** Points of accuracy that five times the steps may cost before PGD-20 counts as not converged. */
const SHARE = 0.03;

export const moreSteps: Check = {
  id: 'more-steps',
  title: 'More steps change little',
  why: 'If a hundred steps fool many more images than twenty, the shorter attack had not converged and its figure is too high.',
  run: ({ attacks, clean }) => {
    const [short, long] = [attacks.get('pgd-20'), attacks.get('pgd-100')];
    if (!short || !long) return null;
    const drop = count(short.standing) - count(long.standing);
    if (drop <= SHARE * clean.length) return null;
    return `PGD-100 fools ${drop} images more than PGD-20 of ${clean.length}: twenty steps were not enough.`;
  },
};
