/** The optimiser's step on as many parameters per dispatch as the device has bindings for. */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type Runner } from './runner.ts';
import { declare, mainFunction, type Binding } from './wgsl.ts';

interface Triple {
  readonly p: tf.TensorInfo;
  readonly v: tf.TensorInfo;
  readonly g: tf.TensorInfo;
}

/** A triple takes five storage buffers: p, v, g in, p and v out. */
const BUFFERS = 5;

/** Threads run through the triples one after the other; sizes are read from the buffers, so that one source serves all shapes. */
function source(count: number): string {
  const bindings = Array.from({ length: count }, (_, i): Binding[] => [
    { name: `p_out${i}`, width: 1, writable: true },
    { name: `v_out${i}`, width: 1, writable: true },
    { name: `p${i}`, width: 1 },
    { name: `v${i}`, width: 1 },
    { name: `g${i}`, width: 1 },
  ]).flat();
  const body = Array.from(
    { length: count },
    (_, i) => `  if (at < i32(arrayLength(&p_out${i}))) {
    let v = uniforms.momentum * v${i}[at] + (g${i}[at] + uniforms.decay * p${i}[at]);
    v_out${i}[at] = v;
    p_out${i}[at] = p${i}[at] - uniforms.lr * v;
    return;
  }
  at -= i32(arrayLength(&p_out${i}));`,
  );
  const total = Array.from({ length: count }, (_, i) => `arrayLength(&p_out${i})`).join(' + ');
  return `${declare(bindings, { type: 'f32', names: ['lr', 'momentum', 'decay'] })}
${mainFunction(`i32(${total})`, `  var at = id;\n${body.join('\n')}`)}`;
}

/** v' = momentum * v + (g + weightDecay * p); p' = p - lr * v'. Returns all p', then all v'. */
export function sgd(
  runner: Runner,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  { count, lr, momentum, weightDecay }: { count: number; lr: number; momentum: number; weightDecay: number },
): tf.TensorInfo[] {
  const triples = Array.from({ length: count }, (_, i): Triple => ({
    p: inputs[`p${i}`],
    v: inputs[`v${i}`],
    g: inputs[`g${i}`],
  }));
  const newP = triples.map(({ p }) => runner.output(p.shape));
  const newV = triples.map(({ p }) => runner.output(p.shape));
  const perDispatch = Math.max(1, Math.floor(runner.storageBuffersPerStage / BUFFERS));
  for (let start = 0; start < count; start += perDispatch) {
    const chunk = triples.slice(start, start + perDispatch);
    const tensors = chunk.flatMap(({ p, v, g }, i) => [newP[start + i], newV[start + i], p, v, g]);
    const threads = chunk.reduce((sum, { p }) => sum + sizeOf(p.shape), 0);
    runner.run(`sgd ${chunk.length}`, () => source(chunk.length), tensors, threads, {
      numbers: [lr, momentum, weightDecay],
      learningRate: true,
    });
  }
  return [...newP, ...newV];
}
