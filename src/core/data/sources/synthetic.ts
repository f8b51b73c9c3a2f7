/** The procedural set of synthetic.ts. */
import { SYNTHETIC_CLASSES } from '../class-names.ts';
import type { GeneratedSource } from './source.ts';

export const synthetic: GeneratedSource<'synthetic'> = {
  id: 'synthetic',
  kind: 'generated',
  name: 'Synthetic shapes',
  short: 'synthetic',
  words:
    'Coloured shapes, a robust but ambiguous cue, with a fine texture below the usual ε, a reliable but fragile cue; generated on this machine.',
  classNames: SYNTHETIC_CLASSES,
  // Enough for every preset, also with four of the ten classes; it takes about a second to generate.
  limits: { classes: SYNTHETIC_CLASSES.length, train: 20_000, test: 5_000 },
  cifar: null,
};
