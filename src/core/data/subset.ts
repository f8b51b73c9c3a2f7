/** Takes balanced subsets of classes and images out of a data set, decided by the seed. */
import type { ExperimentConfig } from '../settings/config.ts';
import { RandomStream } from '../random/random.ts';
import { IMAGE_BYTES, type Dataset, type ImageSet } from './dataset.ts';

function choose(
  set: ImageSet,
  classes: readonly number[],
  size: number,
  random: RandomStream,
  what: string,
): ImageSet {
  const byClass = classes.map((c) => {
    const found: number[] = [];
    for (let i = 0; i < set.labels.length; i++) if (set.labels[i] === c) found.push(i);
    return random.shuffle(Uint32Array.from(found));
  });
  const wanted = classes.map(
    (_, k) => Math.floor(size / classes.length) + (k < size % classes.length ? 1 : 0),
  );
  byClass.forEach((found, k) => {
    if (found.length < wanted[k])
      throw new Error(
        `The ${what} set has ${found.length} images of class ${classes[k]}, and ${wanted[k]} are asked for: choose at most ` +
          `${Math.min(...byClass.map((f) => f.length)) * classes.length} ${what} images.`,
      );
  });
  const order = random.shuffle(Uint32Array.from({ length: size }, (_, i) => i));
  const images = new Uint8Array(size * IMAGE_BYTES);
  const labels = new Uint8Array(size);
  let n = 0;
  byClass.forEach((found, k) => {
    for (let i = 0; i < wanted[k]; i++, n++) {
      const at = order[n];
      images.set(set.images.subarray(found[i] * IMAGE_BYTES, (found[i] + 1) * IMAGE_BYTES), at * IMAGE_BYTES);
      labels[at] = k;
    }
  });
  return { images, labels };
}

/** The set without its last `count` images, and these. */
function splitOff({ images, labels }: ImageSet, count: number): { train: ImageSet; heldOut: ImageSet } {
  const kept = labels.length - count;
  const part = (from: number, to?: number): ImageSet => ({
    images: images.slice(from * IMAGE_BYTES, to && to * IMAGE_BYTES),
    labels: labels.slice(from, to),
  });
  return { train: part(0, kept), heldOut: part(kept) };
}

/**
 * Copies the images of the classes and sizes in `config.dataset`: balanced (class sizes differ by at most one), in an
 * order decided by the seed, with labels renumbered 0..k-1 in the order of `classes`. The last `evaluation.heldOut` of
 * the training images in that order become `heldOut`. Throws `Error` with one sentence if a class does not exist or has
 * too few images, or if no training image is left.
 */
export function subset(
  data: Dataset,
  {
    dataset,
    evaluation,
    seed,
  }: Pick<ExperimentConfig, 'dataset' | 'seed'> & Partial<Pick<ExperimentConfig, 'evaluation'>>,
): Dataset {
  const { classes, trainSize, testSize } = dataset;
  for (const c of classes)
    if (c >= data.classNames.length)
      throw new Error(
        `Class ${c} is asked for, and this dataset has classes 0 to ${data.classNames.length - 1}.`,
      );
  const heldOut = evaluation?.heldOut ?? 0;
  if (heldOut > 0 && heldOut >= trainSize)
    throw new Error(
      `${heldOut} of ${trainSize} training images are held out, and none is left to train on: hold out fewer.`,
    );
  const training = choose(data.train, classes, trainSize, RandomStream.of(seed, 'train subset'), 'training');
  return {
    ...(heldOut > 0 ? splitOff(training, heldOut) : { train: training }),
    test: choose(data.test, classes, testSize, RandomStream.of(seed, 'test subset'), 'test'),
    classNames: classes.map((c) => data.classNames[c]),
    provenance: data.provenance,
  };
}
