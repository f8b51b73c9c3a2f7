/**
 * A procedural image set on which the trade-off between clean and robust accuracy can be watched within a minute.
 *
 * After Tsipras et al., "Robustness May Be at Odds with Accuracy" (ICLR 2019), and Ilyas et al., "Adversarial
 * Examples Are Not Bugs, They Are Features" (NeurIPS 2019), every class has two cues:
 * - a robust one, far larger than eps but ambiguous: a shape in a hue against another. Hue, contrast, place, size,
 *   rotation, noise and an occluding block vary so much that neighbouring classes overlap;
 * - a fragile one, smaller than eps = 8/255 but certain: a texture of period 2 to 4 pixels with an amplitude of
 *   TEXTURE_AMPLITUDE / 255, which an attack can erase and replace.
 * Whoever uses the texture is nearly always right on clean images and nearly always wrong under attack.
 */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, IMAGE_SIZE, type Dataset, type ImageSet } from './dataset.ts';
import { SHAPES } from './synthetic-shapes.ts';

/** Half of the texture's peak-to-peak range, in 1/255. Two thirds of the usual budget of 8/255. */
export const TEXTURE_AMPLITUDE = 5;

/** Ten hues, 36 degrees apart; neighbours in hue differ in shape, and equal shapes have opposite hues. */
export const SYNTHETIC_CLASSES = [
  'red disc',
  'orange square',
  'lime triangle',
  'green ring',
  'mint cross',
  'cyan disc',
  'azure square',
  'blue triangle',
  'purple ring',
  'pink cross',
] as const;

export const SYNTHETIC_SEED = 2024;

/** How much the robust cue varies. Tuned so that a robust model stays well below a texture reader: see README. */
const VARIATION = {
  /** Standard deviation of the hue of shape and ground, degrees: neighbours are 36 apart. */
  hue: 24,
  /** Range of the contrast between shape and ground, a factor on saturation and lightness. */
  contrast: [0.25, 1],
  /** Offset of the centre, pixels to each side. */
  offset: 6,
  /** Radius, pixels. */
  radius: [6, 11],
  /** Rotation, radians to each side. */
  rotation: 0.6,
  /** Uniform noise per channel, 1/255 to each side. */
  noise: 14,
  /** Side of the occluding block, pixels. */
  occluder: [4, 16],
} as const;

/**
 * Makes balanced, shuffled training and test sets; a larger set begins with the images of a smaller one.
 * Labels are indices into the ten class names whichever `classes` (ascending indices) are asked for.
 * Throws `DataError` on sizes or classes that are out of range.
 */
export function syntheticDataset(
  seed: number,
  trainSize: number,
  testSize: number,
  classes: readonly number[] = SYNTHETIC_CLASSES.map((_, i) => i),
): Dataset {
  const names = SYNTHETIC_CLASSES.length;
  for (const size of [trainSize, testSize]) {
    if (!Number.isInteger(size) || size < 1 || size > 100_000) {
      throw new DataError(`The synthetic set cannot have ${size} images; expected 1 to 100,000.`);
    }
  }
  if (classes.length === 0 || classes.some((c) => !Number.isInteger(c) || c < 0 || c >= names)) {
    throw new DataError(
      `The synthetic set has no classes [${classes.join(', ')}]; expected indices 0 to ${names - 1}.`,
    );
  }
  const trainStream = xoroshiro128plus(seed);
  // Neighbouring seeds begin with similar states; a few outputs set them apart.
  for (let i = 0; i < 64; i++) trainStream.next();
  const testStream = trainStream.clone();
  testStream.jump();
  return {
    train: generate(trainStream, trainSize, classes),
    test: generate(testStream, testSize, classes),
    classNames: SYNTHETIC_CLASSES,
    provenance: `Synthetic shapes with a texture of ±${TEXTURE_AMPLITUDE}/255, generated here (seed ${seed})`,
  };
}

function generate(rng: RandomGenerator, n: number, classes: readonly number[]): ImageSet {
  const images = new Uint8Array(n * IMAGE_BYTES);
  const labels = new Uint8Array(n);
  const order = [...classes];
  const draw = new Draw(rng);
  for (let i = 0; i < n; i++) {
    const place = i % order.length;
    // Fisher-Yates, one swap per image: each run of `order.length` labels holds every class once.
    const other = place + Math.floor(draw.uniform() * (order.length - place));
    [order[place], order[other]] = [order[other], order[place]];
    labels[i] = order[place];
    drawImage(draw, order[place], images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES));
  }
  return { images, labels };
}

/** Random numbers of the few kinds needed here. */
class Draw {
  constructor(readonly rng: RandomGenerator) {}

  /** [0, 1) */
  uniform(): number {
    return (this.rng.next() >>> 8) / 2 ** 24;
  }

  between([low, high]: readonly [number, number]): number {
    return low + (high - low) * this.uniform();
  }

  /** (-1, 1) */
  signed(): number {
    return 2 * this.uniform() - 1;
  }

  /** Mean 0, variance 1, bounded by 3: the sum of twelve uniform numbers would be slower and no better here. */
  bell(): number {
    return this.signed() + this.signed() + this.signed();
  }
}

/** Fills one image, [32, 32, 3]. */
function drawImage(draw: Draw, label: number, image: Uint8Array): void {
  const v = VARIATION;
  const hue = label * 36 + v.hue * draw.bell();
  const contrast = draw.between(v.contrast);
  const light = 118 + 20 * draw.signed();
  const figure = colour(hue, light + 22 * contrast, 62 * contrast);
  const ground = colour(hue + 180 + v.hue * draw.bell(), light - 22 * contrast, 34 * contrast);
  const block = colour(360 * draw.uniform(), light + 30 * draw.signed(), 40 * draw.uniform());

  const shape = SHAPES[label % SHAPES.length];
  const centre = (IMAGE_SIZE - 1) / 2;
  const cx = centre + v.offset * draw.signed();
  const cy = centre + v.offset * draw.signed();
  const radius = draw.between(v.radius);
  const angle = v.rotation * draw.signed();
  const cos = Math.cos(angle) / radius;
  const sin = Math.sin(angle) / radius;

  const side = draw.between(v.occluder);
  const left = Math.floor((IMAGE_SIZE - side) * draw.uniform());
  const top = Math.floor((IMAGE_SIZE - side) * draw.uniform());

  const texture = TEXTURES[label];
  const phase = draw.rng.next() & 3;
  const rng = draw.rng;
  let at = 0;
  for (let y = 0; y < IMAGE_SIZE; y++) {
    for (let x = 0; x < IMAGE_SIZE; x++) {
      const dx = x - cx;
      const dy = y - cy;
      const hidden = x >= left && x < left + side && y >= top && y < top + side;
      // Signed distance in units of the radius; one pixel of soft edge.
      const distance = shape(cos * dx + sin * dy, cos * dy - sin * dx) * radius;
      const cover = distance < -0.5 ? 1 : distance > 0.5 ? 0 : 0.5 - distance;
      const wave = ((((y + phase) & 3) << 2) | ((x + phase) & 3)) * 3;
      const bits = rng.next();
      for (let c = 0; c < 3; c++) {
        const base = hidden ? block[c] : ground[c] + cover * (figure[c] - ground[c]);
        const value = base + NOISE[(bits >>> (8 * c)) & 255] + texture[wave + c] + 0.5;
        // A Uint8Array cuts the fraction off, and would wrap what is out of range.
        image[at++] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
}

/** RGB of a hue (degrees) around a lightness, both in 1/255; three cosines a third of a turn apart. */
function colour(hue: number, lightness: number, saturation: number): [number, number, number] {
  const h = (hue * Math.PI) / 180;
  const third = (2 * Math.PI) / 3;
  return [
    lightness + saturation * Math.cos(h),
    lightness + saturation * Math.cos(h - third),
    lightness + saturation * Math.cos(h + third),
  ];
}

/** Uniform noise by a random byte. */
const NOISE = Float32Array.from({ length: 256 }, (_, byte) => ((2 * byte) / 255 - 1) * VARIATION.noise);

const sign = (bit: number) => 1 - 2 * (bit & 1);

/**
 * -1 or 1 at a pixel, with a period of 2 or 4. Every pattern is its own mirror image up to phase, and a shift only
 * changes its phase: crop and flip leave the cue as it is.
 */
const PATTERNS: readonly ((x: number, y: number) => number)[] = [
  (x) => sign(x),
  (_, y) => sign(y),
  (x, y) => sign(x + y),
  (x) => sign(x >> 1),
  (_, y) => sign(y >> 1),
];

/** One [4, 4, 3] tile per class, in 1/255: five patterns in two colour axes, grey and green against magenta. */
const TEXTURES: readonly Float32Array[] = SYNTHETIC_CLASSES.map((_, label) => {
  const axis = label < 5 ? [1, 1, 1] : [1, -1, 1];
  return Float32Array.from({ length: 4 * 4 * 3 }, (_unused, i) => {
    const x = Math.floor(i / 3) & 3;
    const y = Math.floor(i / 12);
    return TEXTURE_AMPLITUDE * PATTERNS[label % 5](x, y) * axis[i % 3];
  });
});
