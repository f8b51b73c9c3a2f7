/**
 * The losses over rows of small matrices [N,K], one dispatch with one thread per row; stock operations need a dozen
 * dispatches each.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Runner } from './runner.ts';
import { declare, lengthOf, load, mainFunction, store, typeOf, widthOf, type Uniforms } from './wgsl.ts';

const COLUMNS: Uniforms = { type: 'i32', names: ['columns'] };

/** Statements that leave the row's largest logit in `top` and sum exp(logit - top) in `sum`. */
const LOG_SUM_EXP = `  let columns = uniforms.columns;
  var top = logits[id * columns];
  for (var k = 1; k < columns; k++) { top = max(top, logits[id * columns + k]); }
  var sum = 0.0;
  for (var k = 0; k < columns; k++) { sum += exp(logits[id * columns + k] - top); }`;

/**
 * -log softmax(logits)_label: logits [N,K], labels [N] -> [N]. If a logit is NaN, so is the loss.
 */
export function crossEntropy(
  runner: Runner,
  { logits, labels }: { logits: tf.TensorInfo; labels: tf.TensorInfo },
): tf.TensorInfo {
  const [n, k] = logits.shape;
  const source = () => `${declare(
    [
      { name: 'loss', width: 1, writable: true },
      { name: 'logits', width: 1 },
      { name: 'labels', width: 1, integer: true },
    ],
    COLUMNS,
  )}
${mainFunction(
  lengthOf('loss', 1),
  `${LOG_SUM_EXP}
  loss[id] = log(sum) - (logits[id * columns + labels[id]] - top);`,
)}`;
  const loss = runner.output([n]);
  runner.run('crossEntropy', source, [loss, logits, labels], n, { sizes: [k] });
  return loss;
}

/** dlogits = dy * (softmax(logits) - onehot(labels)). */
export function crossEntropyGrad(
  runner: Runner,
  { dy, logits, labels }: { dy: tf.TensorInfo; logits: tf.TensorInfo; labels: tf.TensorInfo },
): tf.TensorInfo {
  const [n, k] = logits.shape;
  const source = () => `${declare(
    [
      { name: 'dlogits', width: 1, writable: true },
      { name: 'dy', width: 1 },
      { name: 'logits', width: 1 },
      { name: 'labels', width: 1, integer: true },
    ],
    COLUMNS,
  )}
${mainFunction(
  lengthOf('dy', 1),
  `${LOG_SUM_EXP}
  for (var k = 0; k < columns; k++) {
    let p = exp(logits[id * columns + k] - top) / sum;
    dlogits[id * columns + k] = dy[id] * (p - select(0.0, 1.0, k == labels[id]));
  }`,
)}`;
  const dlogits = runner.output(logits.shape);
  runner.run('crossEntropyGrad', source, [dlogits, dy, logits, labels], n, { sizes: [k] });
  return dlogits;
}

/** Statements that leave a.b, |a|^2 and |b|^2 of the row in `ab`, `aa` and `bb`. */
function products(columns: number): string {
  const width = widthOf(columns);
  const dot = (x: string, y: string) => (width === 1 ? `${x} * ${y}` : `dot(${x}, ${y})`);
  return `  let columns = uniforms.columns;
  var ab = 0.0;
  var aa = 0.0;
  var bb = 0.0;
  for (var i = 0; i < columns; i++) {
    let p = ${load('a', width, 'id * columns + i')};
    let q = ${load('b', width, 'id * columns + i')};
    ab += ${dot('p', 'q')};
    aa += ${dot('p', 'p')};
    bb += ${dot('q', 'q')};
  }`;
}

/** 1 - a.b / sqrt(|a|^2 |b|^2 + epsilon^2): a, b [N,D] -> [N]. */
export function cosineDistance(
  runner: Runner,
  { a, b }: { a: tf.TensorInfo; b: tf.TensorInfo },
  epsilon: number,
): tf.TensorInfo {
  const [n, d] = a.shape;
  const width = widthOf(d);
  const source = () => `${declare(
    [
      { name: 'distance_out', width: 1, writable: true },
      { name: 'a', width },
      { name: 'b', width },
    ],
    COLUMNS,
  )}
${mainFunction(
  lengthOf('distance_out', 1),
  `${products(d)}
  distance_out[id] = 1.0 - ab / sqrt(aa * bb + ${epsilon ** 2});`,
)}`;
  const distance = runner.output([n]);
  runner.run(`cosineDistance ${width} ${epsilon}`, source, [distance, a, b], n, { sizes: [d / width] });
  return distance;
}

/** The gradients of cosineDistance with respect to a and b: [da, db]. */
export function cosineDistanceGrad(
  runner: Runner,
  { dy, a, b }: { dy: tf.TensorInfo; a: tf.TensorInfo; b: tf.TensorInfo },
  epsilon: number,
): tf.TensorInfo[] {
  const [n, d] = a.shape;
  const width = widthOf(d);
  const source = () => `${declare(
    [
      { name: 'da', width, writable: true },
      { name: 'db', width, writable: true },
      { name: 'dy', width: 1 },
      { name: 'a', width },
      { name: 'b', width },
    ],
    COLUMNS,
  )}
${mainFunction(
  lengthOf('dy', 1),
  `${products(d)}
  let r = inverseSqrt(aa * bb + ${epsilon ** 2});
  let scale = dy[id] * r;
  let along = ab * r * r;
  for (var i = 0; i < columns; i++) {
    let p: ${typeOf(width)} = ${load('a', width, 'id * columns + i')};
    let q: ${typeOf(width)} = ${load('b', width, 'id * columns + i')};
    ${store('da', width, 'id * columns + i', `(scale * (along * bb * p - q))`)}
    ${store('db', width, 'id * columns + i', `(scale * (along * aa * q - p))`)}
  }`,
)}`;
  const da = runner.output(a.shape);
  const db = runner.output(b.shape);
  runner.run(`cosineDistanceGrad ${width} ${epsilon}`, source, [da, db, dy, a, b], n, { sizes: [d / width] });
  return [da, db];
}
