/** The optimiser's step, on as many parameters per dispatch as the device has bindings for. */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, WORKGROUP, type Runner } from './runner.ts';
import { declare, range, type Binding } from './wgsl.ts';

interface Triple {
  readonly p: tf.TensorInfo;
  readonly v: tf.TensorInfo;
  readonly g: tf.TensorInfo;
}

/** Storage buffers per triple. */
const BUFFERS = 3;
/** Values per workgroup: four per thread, since fewer would not be worth finding the workgroup's triple. */
const PER_WORKGROUP = 4 * WORKGROUP;

/**
 * Each workgroup, not each thread, finds its triple, so that all its threads take the same branch: 1.3 to 1.8 times
 * faster on software adapters. Sizes are read from the buffers, so that one source serves all shapes.
 */
function source(count: number): string {
  const bindings = range(count).flatMap((i): Binding[] => [
    { name: `p${i}`, width: 1, writable: true },
    { name: `v${i}`, width: 1, writable: true },
    { name: `g${i}`, width: 1 },
  ]);
  const triples = range(count).map(
    (i) => `  {
    let size = i32(arrayLength(&p${i}));
    let blocks = (size + ${PER_WORKGROUP - 1}) / ${PER_WORKGROUP};
    if (block < blocks) {
      let end = min(size, (block + 1) * ${PER_WORKGROUP});
      for (var at = block * ${PER_WORKGROUP} + i32(local); at < end; at += ${WORKGROUP}) {
        let v = uniforms.momentum * v${i}[at] + (g${i}[at] + uniforms.decay * p${i}[at]);
        v${i}[at] = v;
        p${i}[at] = p${i}[at] - uniforms.lr * v;
      }
      return;
    }
    block -= blocks;
  }`,
  );
  return `${declare(bindings, { type: 'f32', names: ['lr', 'momentum', 'decay'] })}
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  var block = i32(group.y * groups.x + group.x);
${triples.join('\n')}
}`;
}

/**
 * v' = momentum * v + (g + weightDecay * p); p' = p - lr * v'. Unlike other kernels it works in place: the results, all
 * p', then all v', are the inputs' memory, so that a step neither allocates nor copies weights. No other tensor may
 * share that memory.
 *
 * A dispatch has as many parameters as a shader may have storage buffers for. A single dispatch would need all
 * gradients copied into one buffer first: for the demo network 47 copies, which took 1.14 and 0.71 times as long as the
 * ten to twelve dispatches here on two software adapters (llvmpipe, SwiftShader). It would also need all parameters in
 * one buffer, which tfjs does not support.
 */
export function sgd(
  runner: Runner,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  { count, lr, momentum, weightDecay }: { count: number; lr: number; momentum: number; weightDecay: number },
): tf.TensorInfo[] {
  const triples = range(count).map((i): Triple => ({
    p: inputs[`p${i}`],
    v: inputs[`v${i}`],
    g: inputs[`g${i}`],
  }));
  const perDispatch = Math.max(1, Math.floor(runner.storageBuffersPerStage / BUFFERS));
  for (let start = 0; start < count; start += perDispatch) {
    const chunk = triples.slice(start, start + perDispatch);
    const workgroups = chunk.reduce((sum, { p }) => sum + Math.ceil(sizeOf(p.shape) / PER_WORKGROUP), 0);
    runner.run(
      `sgd ${chunk.length}`,
      () => source(chunk.length),
      chunk.flatMap(({ p, v, g }) => [p, v, g]),
      workgroups * WORKGROUP,
      { numbers: [lr, momentum, weightDecay], learningRate: true },
    );
  }
  return [...triples.map(({ p }) => runner.changed(p)), ...triples.map(({ v }) => runner.changed(v))];
}
