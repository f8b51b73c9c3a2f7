/** CIFAR-10, Krizhevsky 2009. */
import { CIFAR10_CLASSES } from '../class-names.ts';
import type { DownloadSource } from './source.ts';

export const cifar10: DownloadSource<'cifar10'> = {
  id: 'cifar10',
  kind: 'download',
  name: 'CIFAR-10',
  short: 'CIFAR-10',
  words:
    'Photographs of ten kinds of animals and vehicles, 32 × 32 pixels; loaded on demand and kept in this browser.',
  classNames: CIFAR10_CLASSES,
  limits: { classes: CIFAR10_CLASSES.length, train: 50_000, test: 10_000 },
  cifar: 'CIFAR-10',
  download: {
    // 119.7 MB of training images, 23.9 MB of test images.
    size: 'about 144 MB',
    bytes: 143_600_000,
    huggingFace: {
      repository: 'uoft-cs/cifar10',
      folder: 'https://huggingface.co/datasets/uoft-cs/cifar10/resolve/main/plain_text',
      train: 'train-00000-of-00001.parquet',
      test: 'test-00000-of-00001.parquet',
      labelColumn: 'label',
    },
    archive: {
      url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
      // From its page, `home`.
      md5: 'c32a1d4ab5d03f1284b67883e8d87530',
      home: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    },
  },
};
