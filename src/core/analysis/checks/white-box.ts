import { count, type Check } from './types.ts';

export const whiteBox: Check = {
  id: 'white-box',
  title: 'White-box beats transfer and noise',
  why: 'An attack that sees the gradient has to do better than one made for another model, or than noise; if not, the gradient is of no use (Athalye et al. 2018).',
  run: ({ attacks, transfer }) => {
    const own = attacks.get('pgd-20');
    if (!own) return null;
    const standing = count(own.standing);
    const weaker = [
      ...[...transfer].map(([from, right]) => [`x′ made for ${from}`, count(right)] as const),
      ...[...attacks]
        .filter(([id]) => id === 'noise')
        .map(([, a]) => ['random noise', count(a.standing)] as const),
    ];
    const better = weaker.find(([, n]) => n < standing);
    return better
      ? `${better[0]} leaves ${better[1]} images standing, PGD-20 on the model itself ${standing}.`
      : null;
  },
};
