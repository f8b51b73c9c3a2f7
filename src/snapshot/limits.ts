/** Bounds of a shared link, and the one error class that every failure to read one uses. */

export const SNAPSHOT_VERSION = 2;
/** The first format whose links carry a checksum. */
export const SEALED_SINCE = 2;
export const HASH_PREFIX = '#s=';
/** A link's text after the prefix, in characters. */
export const MAX_TEXT = 64 * 1024;
/** The inflated JSON, in bytes; inflation stops there. */
export const MAX_INFLATED = 1024 * 1024;
/** Points of all series of all runs, once expanded. */
export const MAX_POINTS = 20_000;
/** Values by layer over all points of the gradient conflict, once expanded. */
export const MAX_LAYER_VALUES = 600_000;
/**
 * What `encodeSnapshot` aims for with up to three contestants: short enough to paste anywhere. Each further one adds
 * `TARGET_EACH`.
 */
export const TARGET_TEXT = 4000;
export const TARGET_EACH = 1000;

/** The link cannot be read. `message` is one sentence for the page. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}
