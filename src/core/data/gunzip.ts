/**
 * Decompresses gzip as a stream. Not DecompressionStream: by its standard it refuses a file of several members, which
 * pigz, bgzip and `cat a.gz b.gz` write and which gzip reads as one.
 */
import {
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
} from 'pako';

const OUTPUT_BYTES = 65_536;
/** zlib's windowBits for a window of 32 KiB and a gzip header. */
const GZIP_WINDOW = 15 + 16;

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * The decompressed bytes of all members. Zeros after the last member are ignored, as gzip does. Fails with `Error` if a
 * member is damaged (its CRC-32 and length are compared) or ends too early.
 */
export function gunzipped(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const state = new ZStream();
  zlibInflateInit2(state, GZIP_WINDOW);
  let inMember = true;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        state.input = chunk;
        state.next_in = 0;
        state.avail_in = chunk.length;
        for (;;) {
          if (!inMember) {
            while (state.avail_in > 0 && chunk[state.next_in] === 0) {
              state.next_in++;
              state.avail_in--;
            }
            if (state.avail_in === 0) return;
            zlibInflateReset(state);
            inMember = true;
          }
          state.output = new Uint8Array(OUTPUT_BYTES);
          state.next_out = 0;
          state.avail_out = OUTPUT_BYTES;
          const status = zlibInflate(state, Z_NO_FLUSH);
          if (state.next_out > 0) controller.enqueue(state.output.subarray(0, state.next_out));
          if (status === Z_STREAM_END) inMember = false;
          else if (status !== Z_OK && status !== Z_BUF_ERROR) throw new Error(state.msg || 'damaged gzip');
          else if (state.avail_in === 0 && state.avail_out > 0) return;
        }
      },
      flush() {
        if (inMember) throw new Error('the gzip data ends too early');
      },
    }),
  );
}
