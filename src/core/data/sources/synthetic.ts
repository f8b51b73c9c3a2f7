/** The procedural set of synthetic.ts. */
import { SYNTHETIC_CLASSES } from '../class-names.ts';
import type { GeneratedSource } from './source.ts';

export const synthetic: GeneratedSource<'synthetic'> = {
  id: 'synthetic',
  kind: 'generated',
  name: 'Synthetic shapes',
  short: 'synthetic',
  words:
    'Shapes in a hue, a robust but ambiguous cue, with a texture below the usual ε, a certain but fragile one; generated here.',
  classNames: SYNTHETIC_CLASSES,
  // Enough for every preset, also with four of the ten classes; made in about a second.
  limits: { classes: SYNTHETIC_CLASSES.length, train: 20_000, test: 5_000 },
  cifar: null,
};
