/** CIFAR-10 or CIFAR-100 from files that the visitor or the command line gives. */
import { CIFAR100_CLASSES, CIFAR10_CLASSES } from '../class-names.ts';
import type { FilesSource } from './source.ts';

export const archive: FilesSource<'archive'> = {
  id: 'archive',
  kind: 'files',
  name: 'My own CIFAR-10 or CIFAR-100 files',
  short: 'own files',
  words:
    'CIFAR-10 or CIFAR-100, or a subset: the binary or python version or Hugging Face’s parquet, from files that stay on this machine.',
  // Placeholders until the files are read.
  classNames: CIFAR10_CLASSES.map((_, i) => `class ${i}`),
  limits: { classes: CIFAR100_CLASSES.length, train: 50_000, test: 10_000 },
  cifar: null,
};
