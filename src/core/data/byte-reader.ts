/** Progress of a load; the page shows it as it comes. */
export interface LoadProgress {
  /** What is being done, e.g. `Reading cifar-10-binary.tar.gz`. */
  readonly phase: string;
  readonly loadedBytes: number;
  /** Null when the size is not known. */
  readonly totalBytes: number | null;
}

export type OnProgress = (progress: LoadProgress) => void;

/** Groups digits: 30,730,000. Fixed here because the reader's locale must not change messages. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/**
 * Pulls exact numbers of bytes from a stream and holds no more than one chunk besides what it hands out.
 * The caller ends with `cancel()`, also after an error, so that the source behind the stream is let go.
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

  /** Passes over `bytes`; returns how many there were, fewer only at the end of the stream. */
  async skip(bytes: number): Promise<number> {
    let passed = 0;
    while (passed < bytes) {
      const piece = await this.#next(bytes - passed);
      if (!piece) break;
      passed += piece.length;
    }
    return passed;
  }

  /** Everything that is left, up to `limit` bytes; one byte more than `limit` shows that there was more. */
  async rest(limit: number): Promise<Uint8Array> {
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
    // A stream that has failed rejects its cancellation with the same error, which has been reported already.
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

/** The stream with `onBytes(total so far)` called per chunk, and ended with the signal's reason when it aborts. */
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

/** `stream` preceded by bytes that were taken from its front to look at them. */
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

/** Takes at least `length` bytes (fewer only at the end) off the front and gives them with the whole stream again. */
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
