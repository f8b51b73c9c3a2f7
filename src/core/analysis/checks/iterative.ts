import { count, type Check } from './types.ts';

export const iterative: Check = {
  id: 'iterative',
  title: 'Iterative beats single-step',
  why: 'Twenty small steps should fool at least as many images as one large step; if not, the gradient leads astray (Athalye et al. 2018, Carlini et al. 2019).',
  run: ({ attacks }) => {
    const [one, many] = [attacks.get('fgsm'), attacks.get('pgd-20')];
    if (!one || !many || count(many.standing) <= count(one.standing)) return null;
    return `PGD-20 leaves ${count(many.standing)} images standing, single-step FGSM only ${count(one.standing)}.`;
  },
};
