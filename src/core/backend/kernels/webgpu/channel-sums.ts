/**
 * Per-channel reductions over the rows of x [M,C] in one dispatch. A workgroup reduces a chunk of rows: each thread
 * several rows of neighbouring channels, and then one thread per channel group merges the results of the others. The
 * threads of the next dispatch merge the chunks, each for its own channels, which costs less than another dispatch.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, WORKGROUP, type Runner } from './runner.ts';
import { declare, lengthOf, load, store, typeOf, widthOf, type Binding, type Width } from './wgsl.ts';

/** How rows and channels are divided among threads. */
export interface Layout {
  /** Channels per thread, and the number of groups of that many channels. */
  readonly width: Width;
  readonly groups: number;
  /** The number of rows, and of chunks of rows, each of which is one workgroup (per block of channel groups). */
  readonly rows: number;
  readonly chunks: number;
  /** Channel groups and rows that a workgroup processes at once. */
  readonly lanes: number;
  readonly rowLanes: number;
}

/** The most chunks, since each thread of the next dispatch merges all of them; a software adapter has few cores. */
const MAX_CHUNKS = { gpu: 64, software: 8 };
/** The fewest rows per thread for which another workgroup is used. */
const MIN_ROWS = 8;

export function layoutOf(runner: Runner, shape: readonly number[]): Layout {
  const channels = shape[shape.length - 1];
  const rows = sizeOf(shape) / channels;
  const width = widthOf(channels);
  const groups = channels / width;
  const lanes = Math.min(groups, WORKGROUP);
  const rowLanes = Math.floor(WORKGROUP / lanes);
  const limit = runner.software ? MAX_CHUNKS.software : MAX_CHUNKS.gpu;
  const wanted = Math.min(limit, Math.ceil(rows / (rowLanes * MIN_ROWS)));
  // A number such that no chunk is empty if each has ceil(rows / chunks) rows.
  const chunks = Math.ceil(rows / Math.ceil(rows / wanted));
  return { width, groups, rows, chunks, lanes, rowLanes };
}

/** The code of a reduction: statements on vectors of one thread's channels. */
export interface ChannelReduction {
  /** Must name everything that the statements depend on apart from the layout. */
  readonly key: string;
  readonly inputs: readonly Binding[];
  /** Names of the two values that are reduced. */
  readonly values: readonly [string, string];
  /** Functions that the statements call. */
  readonly helpers?: string;
  /** Before the rows; `channel` is the channel group's index, `start` the thread's first row times the groups. */
  readonly before: string;
  /** For a row at element index `at`. */
  readonly perRow: string;
  /** After the rows, of which there were `count` (f32). */
  readonly after: string;
  /**
   * Values per channel, from the inputs, that the next dispatch needs: an even number of expressions. They are stored
   * after the chunks, because a device may allow only eight storage buffers per shader.
   */
  readonly constants?: readonly string[];
  /** Merges the values `other_<name>` of `other_count` rows into those of `count` rows. */
  readonly merge: string;
}

/**
 * Runs the reduction over `tensors`, in the order of its inputs; the first has the rows. The result is [chunks +
 * constants / 2, 2, C], which the caller releases.
 */
export function reduceChannels(
  runner: Runner,
  layout: Layout,
  reduction: ChannelReduction,
  tensors: readonly tf.TensorInfo[],
): tf.TensorInfo {
  const { width, groups, lanes, rowLanes, chunks } = layout;
  const type = typeOf(width);
  const [a, b] = reduction.values;
  const constants = reduction.constants ?? [];
  const blocks = Math.ceil(groups / lanes);
  const first = reduction.inputs[0].name;
  const source = () => `${declare([{ name: 'partial', width, writable: true }, ...reduction.inputs])}
var<workgroup> shared_a: array<${type}, ${WORKGROUP}>;
var<workgroup> shared_b: array<${type}, ${WORKGROUP}>;

${reduction.helpers ?? ''}
fn count_rows(start: i32, end: i32) -> i32 { return max(0, (end - start + ${rowLanes - 1}) / ${rowLanes}); }

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) workgroups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let rows = ${lengthOf(first, width)} / ${groups};
  let chunks = ${lengthOf('partial', width)} / ${2 * groups} - ${constants.length / 2};
  let block = i32(group.y * workgroups.x + group.x);
  let chunk = block / ${blocks};
  let row_lane = i32(local) / ${lanes};
  let channel = (block % ${blocks}) * ${lanes} + i32(local) % ${lanes};
  let per_chunk = (rows + chunks - 1) / chunks;
  let end = min(rows, (chunk + 1) * per_chunk);
  let start = chunk * per_chunk + row_lane;
  let works = row_lane < ${rowLanes} && channel < ${groups} && chunk < chunks;
  var ${a} = ${type}(0);
  var ${b} = ${type}(0);
  if (works && start < end) {
    var count = f32(count_rows(start, end));
    ${reduction.before}
    for (var row = start; row < end; row += ${rowLanes}) {
      let at = row * ${groups} + channel;
      ${reduction.perRow}
    }
    ${reduction.after}
  }
  shared_a[local] = ${a};
  shared_b[local] = ${b};
  workgroupBarrier();
  if (!works || row_lane > 0) { return; }
  var count = f32(count_rows(start, end));
  for (var lane = 1; lane < ${rowLanes}; lane++) {
    let other_count = f32(count_rows(start + lane, end));
    if (other_count == 0) { break; }
    let other_${a} = shared_a[i32(local) + lane * ${lanes}];
    let other_${b} = shared_b[i32(local) + lane * ${lanes}];
    ${reduction.merge}
    count += other_count;
  }
  let to = chunk * ${2 * groups} + channel;
  ${store('partial', width, 'to', a)}
  ${store('partial', width, `to + ${groups}`, b)}
  if (chunk > 0) { return; }
  ${constants.map((value, i) => store('partial', width, constantAt(layout, 'chunks', i), value)).join('\n  ')}
}`;
  const partial = runner.output([chunks + constants.length / 2, 2, groups * width]);
  runner.run(
    `${reduction.key} ${width} ${groups}`,
    source,
    [partial, ...tensors],
    chunks * blocks * WORKGROUP,
  );
  return partial;
}

/** Index of the i-th constant of `channel`, after the chunks. */
export const constantAt = ({ groups }: Layout, chunks: string, i: number): string =>
  `(2 * ${chunks} + ${i}) * ${groups} + channel`;

/**
 * Statements that declare `chunks` and sum the chunks' two values of `channel` into `a` and `b`. `constants`: how many
 * are stored after the chunks.
 */
export const sumChunks = ({ width, groups }: Layout, a: string, b: string, constants = 0): string => `
  let chunks = ${lengthOf('partial', width)} / ${2 * groups} - ${constants / 2};
  var ${a} = ${typeOf(width)}(0);
  var ${b} = ${typeOf(width)}(0);
  for (var chunk = 0; chunk < chunks; chunk++) {
    let at = chunk * ${2 * groups} + channel;
    ${a} += ${load('partial', width, 'at')};
    ${b} += ${load('partial', width, `at + ${groups}`)};
  }`;
