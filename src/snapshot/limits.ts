/** The limits of a shared link, and the error for a link that cannot be made or read. */

export const SNAPSHOT_VERSION = 2;
/** The first format whose links carry a checksum. */
export const SEALED_SINCE = 2;
export const HASH_PREFIX = '#s=';
/** The most characters of a link after the prefix. */
export const MAX_TEXT = 64 * 1024;
/** The most bytes of the inflated JSON; inflation stops there. */
export const MAX_INFLATED = 1024 * 1024;
/** The most points of all series of all runs, once expanded. */
export const MAX_POINTS = 20_000;
/** The most values by layer, over all points of the gradient conflict, once expanded. */
export const MAX_LAYER_VALUES = 600_000;
/**
 * The number of characters that `encodeSnapshot` aims for with up to three runs, short enough to paste anywhere. Each
 * further run adds `TARGET_EACH`.
 */
export const TARGET_TEXT = 4000;
export const TARGET_EACH = 1000;

/** Further characters for the verdicts on the test images. */
export const TARGET_VERDICTS = 8000;
/** Further characters for a stress test's report. */
export const TARGET_REPORT = 3000;
/** Characters of a short link with its address, which chat programs and messages carry. */
export const SHORT_LINK = 2000;

/** A link cannot be made or read. `message` is one sentence for the page. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}
