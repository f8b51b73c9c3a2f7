import type { Check } from './types.ts';

export const blackBox: Check = {
  id: 'black-box',
  title: 'Black-box does not beat white-box',
  why: 'Square sees no gradients: images that fall to it alone say that gradients are masked (Croce & Hein 2020).',
  run: ({ onlyBlackBox }) =>
    onlyBlackBox !== null && onlyBlackBox > 0
      ? `${onlyBlackBox} ${onlyBlackBox === 1 ? 'image' : 'images'} fell to Square after withstanding every gradient attack.`
      : null,
};
