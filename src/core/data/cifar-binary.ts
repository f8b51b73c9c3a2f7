import { count } from './byte-reader.ts';
import { CIFAR100_CLASSES, CIFAR10_CLASSES } from './class-names.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, IMAGE_CHANNELS } from './dataset.ts';

/** A layout of https://www.cs.toronto.edu/~kriz/cifar.html: label bytes, then 3,072 pixel bytes, channel-planar. */
export interface CifarLayout {
  readonly title: 'CIFAR-10' | 'CIFAR-100';
  /** CIFAR-100 has a coarse label before the fine one. The last label byte is used. */
  readonly labelBytes: 1 | 2;
  readonly recordBytes: number;
  readonly classNames: readonly string[];
}

export const CIFAR10: CifarLayout = {
  title: 'CIFAR-10',
  labelBytes: 1,
  recordBytes: 1 + IMAGE_BYTES,
  classNames: CIFAR10_CLASSES,
};

export const CIFAR100: CifarLayout = {
  title: 'CIFAR-100',
  labelBytes: 2,
  recordBytes: 2 + IMAGE_BYTES,
  classNames: CIFAR100_CLASSES,
};

/** The most images in one file: those of CIFAR-100's train.bin, the largest official one. */
export const MAX_FILE_IMAGES = 50_000;

const PIXELS = IMAGE_BYTES / IMAGE_CHANNELS;

/**
 * The layout of a .bin file of `size` bytes, by its official name (data_batch_*, test_batch: CIFAR-10; train, test:
 * CIFAR-100), otherwise by the record size that divides `size`. Throws `DataError` that names the file if neither fits,
 * or if it is empty or too large.
 */
export function layoutOf(name: string, size: number): CifarLayout {
  if (size === 0)
    throw new DataError(`${name} is empty; expected records of ${count(CIFAR10.recordBytes)} bytes.`);
  const byName = /^(data|test)_batch/.test(name)
    ? CIFAR10
    : /^(train|test)\.bin$/.test(name)
      ? CIFAR100
      : null;
  const layout = byName ?? [CIFAR10, CIFAR100].find((l) => size % l.recordBytes === 0) ?? CIFAR10;
  if (size % layout.recordBytes !== 0) {
    throw new DataError(
      `${name} has ${count(size)} bytes, which is no multiple of the ${count(layout.recordBytes)} bytes ` +
        `of a ${layout.title} record: it is truncated or another format.`,
    );
  }
  if (size / layout.recordBytes > MAX_FILE_IMAGES) {
    throw new DataError(
      `${name} holds ${count(size / layout.recordBytes)} images; expected at most ${count(MAX_FILE_IMAGES)}.`,
    );
  }
  return layout;
}

/**
 * Unpacks one record (`layout.recordBytes` bytes) into image `index` of `images` ([n, 32, 32, 3], channel last)
 * and `labels` ([n]). Throws `DataError` that names the file if the label is outside the classes.
 */
export function unpackRecord(
  record: Uint8Array,
  layout: CifarLayout,
  images: Uint8Array,
  labels: Uint8Array,
  index: number,
  fileName: string,
): void {
  const label = record[layout.labelBytes - 1];
  const classes = layout.classNames.length;
  if (label >= classes) {
    throw new DataError(
      `${fileName}: image ${count(index + 1)} has label ${label}; expected 0 to ${classes - 1} ` +
        `(${layout.title} binary records).`,
    );
  }
  labels[index] = label;
  const red = layout.labelBytes;
  const green = red + PIXELS;
  const blue = green + PIXELS;
  let out = index * IMAGE_BYTES;
  for (let p = 0; p < PIXELS; p++) {
    images[out++] = record[red + p];
    images[out++] = record[green + p];
    images[out++] = record[blue + p];
  }
}
