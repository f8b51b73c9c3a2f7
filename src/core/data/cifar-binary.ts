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

/** Superclasses of CIFAR-100, which its first label byte numbers. */
const COARSE_CLASSES = 20;

/** The most images in one file: those of CIFAR-100's train.bin, the largest official one. */
export const MAX_FILE_IMAGES = 50_000;

/** Pixels of one image. */
export const PIXELS = IMAGE_BYTES / IMAGE_CHANNELS;

/** What the official names stand for (data_batch_*, test_batch: CIFAR-10; train, test: CIFAR-100). */
const layoutOfName = (name: string): CifarLayout | null =>
  /^(data|test)_batch/.test(name) ? CIFAR10 : /^(train|test)\.bin$/.test(name) ? CIFAR100 : null;

/**
 * The layouts that a .bin file of `size` bytes may have: those whose record size divides it, the one that its official
 * name stands for first. It is two only for multiples of both, from 9 MB on. Throws `DataError` that names the file if
 * there is none, or if the file is empty or too large.
 */
export function layoutsOf(name: string, size: number): readonly CifarLayout[] {
  if (size === 0)
    throw new DataError(`${name} is empty; expected records of ${count(CIFAR10.recordBytes)} bytes.`);
  const named = layoutOfName(name);
  const fitting = [CIFAR10, CIFAR100].filter((l) => size % l.recordBytes === 0);
  if (named && fitting.length > 1) fitting.sort((a, b) => Number(b === named) - Number(a === named));
  if (fitting.length === 0) {
    const { recordBytes, title } = named ?? CIFAR10;
    throw new DataError(
      `${name} has ${count(size)} bytes, which is no multiple of the ${count(recordBytes)} bytes ` +
        `of a ${title} record: it is truncated or another format.`,
    );
  }
  const images = size / fitting[0].recordBytes;
  if (images > MAX_FILE_IMAGES) {
    throw new DataError(`${name} holds ${count(images)} images; expected at most ${count(MAX_FILE_IMAGES)}.`);
  }
  return fitting;
}

/** Whether every record of `bytes` has labels of `layout`. */
export function labelsFit(bytes: Uint8Array, { labelBytes, recordBytes, classNames }: CifarLayout): boolean {
  for (let at = 0; at < bytes.length; at += recordBytes) {
    if (labelBytes === 2 && bytes[at] >= COARSE_CLASSES) return false;
    if (bytes[at + labelBytes - 1] >= classNames.length) return false;
  }
  return true;
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
