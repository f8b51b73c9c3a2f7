/** Shuffled epochs of batches of one size; an incomplete last batch of an epoch is dropped, unless it is asked for. */
import type { ExperimentConfig } from '../settings/config.ts';
import { RandomStream } from '../random/random.ts';
import { augmentInto, drawAugmentation } from './augment.ts';
import { IMAGE_BYTES, type ImageSet } from './dataset.ts';

/**
 * One batch on the host: augmented images [B,32,32,3] in [0,1], labels [B], and the random start, [B,32,32,3], uniform
 * in [-1,1) or Gaussian; empty if it is not asked for. The caller owns the arrays.
 */
export interface HostBatch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly uniform: Float32Array;
  readonly gaussian: Float32Array;
}

/** The same batch for a device that holds the images: the random draws, from which the device makes the batch. */
export interface DeviceBatch {
  /** [B]. */
  readonly labels: Int32Array;
  /** [B,4]: (index, dx, dy, mirrored), for `augmentBatch`. */
  readonly draws: Int32Array;
  /** [4]: (seed, stream, number of the batch, 0), for `randomStart`. */
  readonly key: Int32Array;
}

/** The Philox stream of the attack's random start. */
const START_STREAM = 1;

/** The position in a `BatchStream`, for checkpoints. */
export interface CursorState {
  readonly epoch: number;
  readonly batch: number;
  readonly streams: Readonly<Record<string, number[]>>;
}

/** Batches of an epoch of `images` training images: whole ones, and the rest if the last batch is kept. */
export const batchesOf = (
  images: number,
  { batchSize, keepLastBatch }: Pick<ExperimentConfig['optimiser'], 'batchSize' | 'keepLastBatch'>,
): number => (keepLastBatch ? Math.ceil : Math.floor)(images / batchSize);

/** The training batches in order. Every method of a race gets the same images from the same data, seed and config. */
export class BatchStream {
  readonly batchesPerEpoch: number;
  private readonly streams: Record<'augment' | 'uniform' | 'gaussian', RandomStream>;
  private order: Uint32Array;
  private epoch = 0;
  private batch = 0;

  constructor(
    private readonly data: ImageSet,
    private readonly config: Pick<ExperimentConfig, 'seed' | 'optimiser' | 'augmentation'>,
  ) {
    const { batchSize } = config.optimiser;
    this.batchesPerEpoch = batchesOf(data.labels.length, config.optimiser);
    if (data.labels.length < batchSize)
      throw new Error(
        `The batch size is ${batchSize}, and there are only ${data.labels.length} training images: lower the batch size.`,
      );
    const { seed } = config;
    this.streams = {
      augment: RandomStream.of(seed, 'augmentation'),
      uniform: RandomStream.of(seed, 'attack start, uniform'),
      gaussian: RandomStream.of(seed, 'attack start, gaussian'),
    };
    this.order = this.orderOf(0);
  }

  /** Makes the next batch on the host, with the random start `start`. */
  next(start: 'uniform' | 'gaussian' | 'none'): HostBatch {
    const { labels, draws } = this.draw();
    const size = labels.length * IMAGE_BYTES;
    const images = new Float32Array(size);
    augmentInto(images, this.data.images, draws);
    const empty = new Float32Array(0);
    return {
      images,
      labels,
      uniform: start === 'uniform' ? this.streams.uniform.uniformArray(size, -1, 1) : empty,
      gaussian: start === 'gaussian' ? this.streams.gaussian.normalArray(size) : empty,
    };
  }

  /**
   * Draws the next batch for a device that holds the images. Its images are those of `next`, its random start is not.
   */
  nextOnDevice(): DeviceBatch {
    const key = Int32Array.of(
      this.config.seed,
      START_STREAM,
      this.epoch * this.batchesPerEpoch + this.batch,
      0,
    );
    return { ...this.draw(), key };
  }

  private draw(): { labels: Int32Array; draws: Int32Array } {
    const { batchSize } = this.config.optimiser;
    const indices = this.order.subarray(this.batch * batchSize, (this.batch + 1) * batchSize);
    const drawn = {
      labels: Int32Array.from(indices, (i) => this.data.labels[i]),
      draws: drawAugmentation(indices, this.streams.augment, this.config.augmentation),
    };
    this.batch++;
    if (this.batch === this.batchesPerEpoch) {
      this.batch = 0;
      this.epoch++;
      this.order = this.orderOf(this.epoch);
    }
    return drawn;
  }

  /** How many images the first `batches` batches have. */
  imagesIn(batches: number): number {
    const { batchSize } = this.config.optimiser;
    const perEpoch = Math.min(this.data.labels.length, this.batchesPerEpoch * batchSize);
    const epochs = Math.floor(batches / this.batchesPerEpoch);
    return epochs * perEpoch + (batches % this.batchesPerEpoch) * batchSize;
  }

  /** The position before the next batch, as plain data. */
  state(): CursorState {
    const streams = Object.fromEntries(Object.entries(this.streams).map(([k, s]) => [k, s.state()]));
    return { epoch: this.epoch, batch: this.batch, streams };
  }

  /** Continues at a position that `state` gave for the same data, seed and config. Does not validate it. */
  restore(state: CursorState): void {
    this.epoch = state.epoch;
    this.batch = state.batch;
    for (const key of ['augment', 'uniform', 'gaussian'] as const)
      this.streams[key] = RandomStream.restore(state.streams[key]);
    this.order = this.orderOf(this.epoch);
  }

  /** The order of an epoch's images; depends only on the seed and the epoch. */
  private orderOf(epoch: number): Uint32Array {
    const order = Uint32Array.from(this.data.labels, (_, i) => i);
    return RandomStream.of(this.config.seed, `order of epoch ${epoch}`).shuffle(order);
  }
}
