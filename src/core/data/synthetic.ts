/**
 * A procedural data set that shows the trade-off between clean and robust accuracy within a minute of training.
 *
 * After Tsipras et al., "Robustness May Be at Odds with Accuracy" (ICLR 2019), and Ilyas et al., "Adversarial
 * Examples Are Not Bugs, They Are Features" (NeurIPS 2019), every class has two cues:
 * - a robust one, far larger than eps but ambiguous: a shape in a hue, on grey. The hue varies so much that
 *   neighbouring classes overlap; contrast, place, size, rotation and an occluding block vary too;
 * - a fragile one, smaller than eps = 8/255 but certain: a texture with a period of 3 pixels and an amplitude of
 *   TEXTURE_AMPLITUDE / 255, which an attack can erase and replace.
 * A model that uses the texture is nearly always right on clean images and nearly always wrong under attack.
 */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { SYNTHETIC_CLASSES } from './class-names.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, IMAGE_SIZE, type Dataset, type ImageSet } from './dataset.ts';
import { cross, disc, ring, square, triangle, type Shape } from './synthetic-shapes.ts';

/** Half of the texture's peak-to-peak range, in 1/255. Below the usual budget of 8/255. */
export const TEXTURE_AMPLITUDE = 7;

/**
 * Ten hues, 36 degrees apart; neighbours in hue differ in shape. Classes 0, 1, 6 and 7, which the small presets use,
 * are far apart, so that a short run has something robust to learn.
 */
const LOOKS: Readonly<Record<(typeof SYNTHETIC_CLASSES)[number], { hue: number; shape: Shape }>> = {
  'red disc': { hue: 0, shape: disc },
  'green square': { hue: 108, shape: square },
  'orange triangle': { hue: 36, shape: triangle },
  'mint ring': { hue: 144, shape: ring },
  'lime disc': { hue: 72, shape: disc },
  'pink cross': { hue: 324, shape: cross },
  'cyan cross': { hue: 180, shape: cross },
  'violet triangle': { hue: 288, shape: triangle },
  'azure ring': { hue: 216, shape: ring },
  'blue square': { hue: 252, shape: square },
};

export const SYNTHETIC_SEED = 2024;

/** How much the robust cue varies. Tuned on the `quick` preset: the README's dataset section has the figures. */
const VARIATION = {
  /** Standard deviation of the hue, degrees: neighbours are 36 apart. */
  hue: 31,
  /** Saturation, 1/255, and the range of a factor on it. */
  saturation: 56,
  contrast: [0.7, 1.1],
  /** Range of the lightness around the middle, 1/255 to each side. */
  lightness: 3,
  /** Offset of the centre, pixels to each side. */
  offset: 4,
  /** Radius, pixels. */
  radius: [9, 13],
  /** Rotation, radians to each side. */
  rotation: 0.6,
  /** Uniform noise per channel, 1/255 to each side. */
  noise: 2,
  /** Side of the occluding block, pixels. */
  occluder: [2, 8],
} as const;

/**
 * Generates balanced, shuffled training and test sets of 1 to 100,000 images each; a larger set begins with the images
 * of a smaller one. `classes` are ascending indices of the ten class names, and labels are such indices too, not
 * renumbered. Throws `DataError` if sizes or classes are out of range.
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
  // Skip the first outputs, since neighbouring seeds begin with similar states.
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

/** Random numbers from a generator, in the distributions needed here. */
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

  /** Bell-shaped, with mean 0, variance 1 and values within ±3: the sum of three uniform numbers. */
  bell(): number {
    return this.signed() + this.signed() + this.signed();
  }
}

/** Fills one image, [32, 32, 3]. */
function drawImage(draw: Draw, label: number, image: Uint8Array): void {
  const v = VARIATION;
  const { shape, hue: classHue } = LOOKS[SYNTHETIC_CLASSES[label]];
  const hue = classHue + v.hue * draw.bell();
  const lightness = 124 + v.lightness * draw.signed();
  const figure = colour(hue, lightness, v.saturation * draw.between(v.contrast));
  const block = colour(360 * draw.uniform(), lightness, v.saturation * draw.uniform());

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
  const phase = (draw.rng.next() >>> 8) % 3;
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
      const wave = (3 * ((y + phase) % 3) + ((x + phase) % 3)) * 3;
      const bits = rng.next();
      for (let c = 0; c < 3; c++) {
        const base = hidden ? block[c] : lightness + cover * (figure[c] - lightness);
        const value = base + NOISE[(bits >>> (8 * c)) & 255] + texture[wave + c] + 0.5;
        // Assigning to a Uint8Array truncates the fraction, and would wrap values out of range.
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

/** Uniform noise in 1/255, indexed by a random byte. */
const NOISE = Float32Array.from({ length: 256 }, (_, byte) => ((2 * byte) / 255 - 1) * VARIATION.noise);

/** One period of the wave, as wide as a 3x3 filter. */
const WAVE = [1, 1, -1] as const;

/**
 * -1 or 1 at a pixel. The period of 3 and the stride of 2 of a first layer have no common factor, so that it sees
 * every phase, wherever the image is cropped.
 */
const PATTERNS: readonly ((x: number, y: number) => number)[] = [
  (x) => WAVE[x % 3],
  (_, y) => WAVE[y % 3],
  (x, y) => WAVE[(x + y) % 3],
];

/** Brightness, magenta against green, yellow against blue. */
const AXES = [
  [1, 1, 1],
  [1, -1, 1],
  [1, 1, -1],
] as const;

/** The texture of the tenth class: a lattice of dots. */
const dots = (x: number, y: number) => (x % 3 === 0 && y % 3 === 0 ? 1 : -1);

/** One [3, 3, 3] tile per class, in 1/255: three patterns in three colour axes, and dots. */
const TEXTURES: readonly Float32Array[] = SYNTHETIC_CLASSES.map((_, label) => {
  const pattern = label < 9 ? PATTERNS[label % 3] : dots;
  const axis = AXES[label < 9 ? Math.floor(label / 3) : 0];
  return Float32Array.from({ length: 3 * 3 * 3 }, (_unused, i) => {
    const x = Math.floor(i / 3) % 3;
    const y = Math.floor(i / 9);
    return TEXTURE_AMPLITUDE * pattern(x, y) * axis[i % 3];
  });
});
