/** The part of CIFAR-10 that comes with the page; scripts/build-embedded.ts makes it. */
import { CIFAR10_CLASSES } from '../class-names.ts';
import type { HostedSource } from './source.ts';

/**
 * Numbers in CIFAR-10 of airplane, automobile, frog and horse, which a short run can tell apart. Here: classes 0 to 3.
 */
export const EMBEDDED_CLASSES = [0, 1, 6, 7] as const;

export const embedded: HostedSource<'embedded'> = {
  id: 'embedded',
  kind: 'hosted',
  name: 'CIFAR-10, four classes',
  short: 'CIFAR-10 (4 classes)',
  words:
    'Photographs of airplanes, automobiles, frogs and horses, 32 × 32 pixels, from a JPEG copy of CIFAR-10, so pixels differ slightly from the original.',
  classNames: EMBEDDED_CLASSES.map((c) => CIFAR10_CLASSES[c]),
  limits: { classes: EMBEDDED_CLASSES.length, train: 1024, test: 800 },
  // The official code cannot choose classes or images.
  cifar: null,
  size: '5.6 MB',
};
