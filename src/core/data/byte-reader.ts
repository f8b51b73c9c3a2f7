/** Progress of a load, for the page and the command line. */
export interface LoadProgress {
  /** What is being done, e.g. `Reading cifar-10-binary.tar.gz`. */
  readonly phase: string;
  readonly loadedBytes: number;
  /** Null if the size is not known. */
  readonly totalBytes: number | null;
}

export type OnProgress = (progress: LoadProgress) => void;

/** Groups digits: 30,730,000. Always English, so that messages do not depend on the locale. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/**
 * Reads exact numbers of bytes from a stream and holds at most one chunk of it. The caller must end with `cancel()`,
 * also after an error, to free the stream's source.
 */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #chunk = new Uint8Array(0);
  #position = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Fills `target` from the front; returns the bytes written, fewer than its length only at the end of the stream. */
  async fill(target: Uint8Array): Promise<number> {
    let written = 0;
    while (written < target.length) {
      const piece = await this.#next(target.length - written);
      if (!piece) break;
      target.set(piece, written);
      written += piece.length;
    }
    return written;
  }

  /** Skips `bytes` bytes; returns how many it skipped, fewer only at the end of the stream. */
  async skip(bytes: number): Promise<number> {
    let passed = 0;
    while (passed < bytes) {
      const piece = await this.#next(bytes - passed);
      if (!piece) break;
      passed += piece.length;
    }
    return passed;
  }

  /** A copy of the rest of the stream, up to `limit` bytes; if there was more, it has `limit` + 1 bytes. */
  async rest(limit: number): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array[] = [];
    let total = 0;
    while (total <= limit) {
      const piece = await this.#next(limit + 1 - total);
      if (!piece) break;
      pieces.push(piece.slice());
      total += piece.length;
    }
    const all = new Uint8Array(total);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  async cancel(): Promise<void> {
    // A failed stream rejects its cancellation with the same error, which `read` has already thrown.
    await this.#reader.cancel().catch(() => undefined);
  }

  /** A view of up to `most` bytes, valid until the next call; null at the end. */
  async #next(most: number): Promise<Uint8Array | null> {
    while (this.#position >= this.#chunk.length) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#chunk = value as Uint8Array<ArrayBuffer>;
      this.#position = 0;
    }
    const piece = this.#chunk.subarray(this.#position, this.#position + most);
    this.#position += piece.length;
    return piece;
  }
}

/**
 * The same stream; calls `onBytes(total so far)` at each chunk, and fails with the signal's reason at the first chunk
 * after an abort.
 */
export function watched(
  stream: ReadableStream<Uint8Array>,
  onBytes: (loaded: number) => void,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  let loaded = 0;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        signal?.throwIfAborted();
        loaded += chunk.length;
        onBytes(loaded);
        controller.enqueue(chunk);
      },
    }),
  );
}

/** A stream of these bytes. */
export const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });

/** A stream of `head`, then of the rest of `tail`. */
export function prepended(head: Uint8Array, tail: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = tail.getReader();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (head.length > 0) controller.enqueue(head);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** The first bytes of a stream, at least `length` unless it is shorter, and the whole stream again. */
export async function peeked(
  stream: ReadableStream<Uint8Array>,
  length: number,
): Promise<{ head: Uint8Array; whole: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader();
  let head = new Uint8Array(0);
  while (head.length < length) {
    const { done, value } = await reader.read();
    if (done) break;
    const joined = new Uint8Array(head.length + value.length);
    joined.set(head);
    joined.set(value, head.length);
    head = joined;
  }
  reader.releaseLock();
  return { head, whole: prepended(head, stream) };
}
