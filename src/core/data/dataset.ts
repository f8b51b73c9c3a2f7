/** Images with their labels. */
export interface ImageSet {
  /** uint8 pixels, [n, 32, 32, 3], row-major, channel last. */
  readonly images: Uint8Array;
  /** Class indices, [n]. */
  readonly labels: Uint8Array;
}

export interface Dataset {
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** Training images that are not trained on, for early stopping; absent if there are none. */
  readonly heldOut?: ImageSet;
  /** Names by class index. */
  readonly classNames: readonly string[];
  /** Where the data came from, in one line, for the page and the exported JSON. */
  readonly provenance: string;
}

export const IMAGE_SIZE = 32;
export const IMAGE_CHANNELS = 3;
/** Bytes of one image. */
export const IMAGE_BYTES = IMAGE_SIZE * IMAGE_SIZE * IMAGE_CHANNELS;
