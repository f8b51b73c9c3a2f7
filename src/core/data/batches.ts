/** Shuffled epochs of constant batch shape; the last partial batch of an epoch is dropped. */
import type { ExperimentConfig } from '../settings/config.ts';
import { RandomStream } from '../random/random.ts';
import { augmentInto, drawAugmentation } from './augment.ts';
import { IMAGE_BYTES, type ImageSet } from './dataset.ts';

/** One batch on the host: images [B,32,32,3] float32 in [0,1], labels [B]; valid until the next batch is drawn. */
export interface HostBatch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly uniform: Float32Array;
  readonly gaussian: Float32Array;
}

/** The same batch for a device that holds the images: what is drawn, not what comes of it. */
export interface DeviceBatch {
  /** [B]. */
  readonly labels: Int32Array;
  /** [B,4]: (index, dx, dy, mirrored), for `augmentBatch`. */
  readonly draws: Int32Array;
  /** [4]: (seed, stream, number of the batch, 0), for `randomStart`. */
  readonly key: Int32Array;
}

/** Of the attack's random start among the streams of Philox. */
const START_STREAM = 1;

/** What a checkpoint needs to continue at the same image. */
export interface CursorState {
  readonly epoch: number;
  readonly batch: number;
  readonly streams: Readonly<Record<string, number[]>>;
}

/** Training batches in order: every method of a race draws the same from an equal (seed, config). */
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
    this.batchesPerEpoch = Math.floor(data.labels.length / batchSize);
    if (this.batchesPerEpoch === 0)
      throw new Error(
        `The batch size is ${batchSize}, and there are only ${data.labels.length} training images.`,
      );
    const { seed } = config;
    this.streams = {
      augment: RandomStream.of(seed, 'augmentation'),
      uniform: RandomStream.of(seed, 'attack start, uniform'),
      gaussian: RandomStream.of(seed, 'attack start, gaussian'),
    };
    this.order = this.orderOf(0);
  }

  /** Draws the next batch; `start` says which random start is wanted (the others are empty). */
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
   * Draws the next batch for a device that holds the images. The images are those of `next`, the random start is
   * another one.
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

  state(): CursorState {
    const streams = Object.fromEntries(Object.entries(this.streams).map(([k, s]) => [k, s.state()]));
    return { epoch: this.epoch, batch: this.batch, streams };
  }

  restore(state: CursorState): void {
    this.epoch = state.epoch;
    this.batch = state.batch;
    for (const key of ['augment', 'uniform', 'gaussian'] as const)
      this.streams[key] = RandomStream.restore(state.streams[key]);
    this.order = this.orderOf(this.epoch);
  }

  /** The order of an epoch depends on the seed and the epoch alone. */
  private orderOf(epoch: number): Uint32Array {
    const order = Uint32Array.from(this.data.labels, (_, i) => i);
    return RandomStream.of(this.config.seed, `order of epoch ${epoch}`).shuffle(order);
  }
}
