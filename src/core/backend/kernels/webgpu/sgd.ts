/** The optimiser's step on as many parameters per dispatch as the device has bindings for. */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type Runner } from './runner.ts';
import { declare, mainFunction, range, type Binding } from './wgsl.ts';

interface Triple {
  readonly p: tf.TensorInfo;
  readonly v: tf.TensorInfo;
  readonly g: tf.TensorInfo;
}

/** A triple's storage buffers. */
const BUFFERS = 3;

/** Threads run through the triples one after the other; sizes are read from the buffers, so that one source serves all shapes. */
function source(count: number): string {
  const bindings = range(count).flatMap((i): Binding[] => [
    { name: `p${i}`, width: 1, writable: true },
    { name: `v${i}`, width: 1, writable: true },
    { name: `g${i}`, width: 1 },
  ]);
  const body = range(count).map(
    (i) => `  if (at < i32(arrayLength(&p${i}))) {
    let v = uniforms.momentum * v${i}[at] + (g${i}[at] + uniforms.decay * p${i}[at]);
    v${i}[at] = v;
    p${i}[at] = p${i}[at] - uniforms.lr * v;
    return;
  }
  at -= i32(arrayLength(&p${i}));`,
  );
  const total = range(count)
    .map((i) => `arrayLength(&p${i})`)
    .join(' + ');
  return `${declare(bindings, { type: 'f32', names: ['lr', 'momentum', 'decay'] })}
${mainFunction(`i32(${total})`, `  var at = id;\n${body.join('\n')}`)}`;
}

/**
 * v' = momentum * v + (g + weightDecay * p); p' = p - lr * v'. In place, unlike other kernels: the results, all p', then all v', share their
 * inputs' memory, so that a step neither allocates nor copies weights. Nothing else may share it.
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
    const threads = chunk.reduce((sum, { p }) => sum + sizeOf(p.shape), 0);
    runner.run(
      `sgd ${chunk.length}`,
      () => source(chunk.length),
      chunk.flatMap(({ p, v, g }) => [p, v, g]),
      threads,
      { numbers: [lr, momentum, weightDecay], learningRate: true },
    );
  }
  return [...triples.map(({ p }) => runner.changed(p)), ...triples.map(({ v }) => runner.changed(v))];
}
