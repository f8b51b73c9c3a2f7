/**
 * Gradients of the stock tfjs ops that networks, losses and attacks use. tfjs-core registers none by itself, and its
 * `dist/register_all_gradients` has a module format that Node cannot load and would add a hundred unused ops to the
 * bundle. Each is tested against tfjs's own.
 *
 * Differentiating an op that is missing here throws "gradient function not found": add its line.
 */
import * as tf from '@tensorflow/tfjs-core';

type Grads = Record<string, () => tf.Tensor>;
type Attrs = Record<string, never>;

interface Rule {
  /** The inputs that the gradient reads; 'all' for ops with a list of inputs. `output`: whether it reads the output. */
  readonly inputs?: readonly string[] | 'all';
  readonly output?: boolean;
  /**
   * From dy and the saved tensors (inputs in the order named, then the output), functions that compute the gradients.
   */
  readonly grad: (dy: tf.Tensor, saved: tf.Tensor[], attrs: Attrs) => Grads;
}

/** Undoes broadcasting: sums dy over the axes along which an input of `shape` was repeated. */
function sumTo(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}

/** An elementwise op y of one input x: `derivative` gives dy * dy/dx. */
const unary = (derivative: (x: tf.Tensor, dy: tf.Tensor) => tf.Tensor): Rule => ({
  inputs: ['x'],
  grad: (dy, [x]) => ({ x: () => derivative(x, dy) }),
});

/** The same, where `derivative` is a function of the output y. */
const unaryOfOutput = (derivative: (y: tf.Tensor, dy: tf.Tensor) => tf.Tensor): Rule => ({
  output: true,
  grad: (dy, [y]) => ({ x: () => derivative(y, dy) }),
});

/** An elementwise op of two inputs with broadcasting. */
const binary = (
  da: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  db: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): Rule => ({
  inputs: ['a', 'b'],
  grad: (dy, [a, b]) => ({
    a: () => sumTo(da(dy, a, b), a.shape),
    b: () => sumTo(db(dy, a, b), b.shape),
  }),
});

const when = (condition: tf.Tensor, dy: tf.Tensor): tf.Tensor => tf.mul(dy, tf.cast(condition, 'float32'));

/** dy of a reduction, reshaped with ones for the reduced axes so that it broadcasts over x. */
function expand(dy: tf.Tensor, x: tf.Tensor, axis: number | number[]): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape);
  return tf.reshape(
    dy,
    x.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
  );
}

/** Max and min: the gradient goes to every element that equals the result, as in tfjs. */
const extremum: Rule = {
  inputs: ['x'],
  output: true,
  grad: (dy, [x, y], { reductionIndices, axis }) => ({
    x: () => {
      const axes = reductionIndices ?? axis;
      return when(tf.equal(x, expand(y, x, axes)), expand(dy, x, axes));
    },
  }),
};

const RULES: Record<string, Rule> = {
  Abs: unary((x, dy) => tf.mul(dy, tf.sign(x))),
  Cast: { grad: (dy) => ({ x: () => tf.cast(dy, 'float32') }) },
  ClipByValue: {
    inputs: ['x'],
    grad: (dy, [x], { clipValueMin, clipValueMax }) => ({
      x: () => when(tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax)), dy),
    }),
  },
  Exp: unaryOfOutput((y, dy) => tf.mul(dy, y)),
  Identity: { grad: (dy) => ({ x: () => tf.clone(dy) }) },
  Log: unary((x, dy) => tf.div(dy, x)),
  Log1p: unary((x, dy) => tf.div(dy, tf.add(x, 1))),
  Neg: { grad: (dy) => ({ x: () => tf.neg(dy) }) },
  Relu: unaryOfOutput((y, dy) => tf.mul(dy, tf.step(y))),
  Reciprocal: unaryOfOutput((y, dy) => tf.neg(tf.mul(dy, tf.square(y)))),
  Rsqrt: unaryOfOutput((y, dy) => tf.mul(dy, tf.mul(tf.mul(tf.square(y), y), -0.5))),
  Sigmoid: unaryOfOutput((y, dy) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  Sign: { grad: (dy) => ({ x: () => tf.zerosLike(dy) }) },
  Softplus: unary((x, dy) => tf.mul(dy, tf.sigmoid(x))),
  Sqrt: unaryOfOutput((y, dy) => tf.div(dy, tf.mul(y, 2))),
  Square: unary((x, dy) => tf.mul(dy, tf.mul(x, 2))),
  Step: { grad: (dy) => ({ x: () => tf.zerosLike(dy) }) },
  Tanh: unaryOfOutput((y, dy) => tf.mul(dy, tf.sub(1, tf.square(y)))),

  Add: binary(
    (dy) => dy,
    (dy) => dy,
  ),
  Sub: binary(
    (dy) => dy,
    (dy) => tf.neg(dy),
  ),
  Multiply: binary(
    (dy, _, b) => tf.mul(dy, b),
    (dy, a) => tf.mul(dy, a),
  ),
  RealDiv: binary(
    (dy, _, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  ),
  Maximum: binary(
    (dy, a, b) => when(tf.greaterEqual(a, b), dy),
    (dy, a, b) => when(tf.less(a, b), dy),
  ),
  Minimum: binary(
    (dy, a, b) => when(tf.lessEqual(a, b), dy),
    (dy, a, b) => when(tf.greater(a, b), dy),
  ),
  Pow: binary(
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    // log of a base that is not positive counts as 0, as in tfjs.
    (dy, a, b) => tf.mul(dy, tf.mul(tf.pow(a, b), tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a)))),
  ),
  SquaredDifference: binary(
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ),
  AddN: {
    inputs: 'all',
    grad: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy)])),
  },

  BatchMatMul: {
    inputs: ['a', 'b'],
    grad: (dy, [a, b], { transposeA, transposeB }) => ({
      a: () => (transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB)),
      b: () => (transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false)),
    }),
  },

  Sum: {
    inputs: ['x'],
    grad: (dy, [x], { axis }) => ({ x: () => tf.mul(expand(dy, x, axis), tf.ones(x.shape)) }),
  },
  Mean: {
    inputs: ['x'],
    grad: (dy, [x], { axis }) => ({
      x: () => tf.mul(tf.div(expand(dy, x, axis), x.size / dy.size), tf.ones(x.shape)),
    }),
  },
  Max: extremum,
  Min: extremum,
  Softmax: {
    output: true,
    grad: (dy, [y], { dim }) => ({
      logits: () => tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y), dim, true)), y),
    }),
  },

  Reshape: { inputs: ['x'], grad: (dy, [x]) => ({ x: () => tf.reshape(dy, x.shape) }) },
  ExpandDims: { inputs: ['input'], grad: (dy, [x]) => ({ input: () => tf.reshape(dy, x.shape) }) },
  Transpose: {
    grad: (dy, _, { perm }) => ({
      x: () => tf.transpose(dy, tf.backend_util.getUndoAxesPermutation(perm)),
    }),
  },
  Concat: {
    inputs: 'all',
    grad: (dy, saved, { axis }) => {
      const along = tf.util.parseAxisParam(axis, saved[0].shape)[0];
      const sizes = saved.map((t) => t.shape[along]);
      const start = (i: number) => sizes.slice(0, i).reduce((a, b) => a + b, 0);
      return Object.fromEntries(
        saved.map((t, i) => [
          i,
          () =>
            tf.slice(
              dy,
              t.shape.map((_, d) => (d === along ? start(i) : 0)),
              t.shape,
            ),
        ]),
      );
    },
  },
  Pack: {
    inputs: 'all',
    grad: (dy, saved, { axis }) => Object.fromEntries(saved.map((_, i) => [i, () => tf.gather(dy, i, axis)])),
  },
  Slice: {
    inputs: ['x'],
    grad: (dy, [x], { begin, size }) => {
      const [first] = tf.slice_util.parseSliceParams(x, begin, size);
      const after = (i: number) => x.shape[i] - first[i] - dy.shape[i];
      return {
        x: () =>
          tf.pad(
            dy,
            first.map((b, i) => [b, after(i)] as [number, number]),
          ),
      };
    },
  },
  PadV2: {
    inputs: ['x'],
    grad: (dy, [x], { paddings }) => ({
      x: () =>
        tf.slice(
          dy,
          (paddings as [number, number][]).map(([before]) => before),
          x.shape,
        ),
    }),
  },
  Tile: {
    inputs: ['x'],
    grad: (dy, [x], { reps }) => ({
      x: () => {
        // Split every axis into (repetition, position) and sum over the repetitions.
        const shape = x.shape.flatMap((d, i) => [reps[i] as number, d]);
        return tf.reshape(
          tf.sum(
            tf.reshape(dy, shape),
            x.shape.map((_, i) => 2 * i),
          ),
          x.shape,
        );
      },
    }),
  },
  GatherV2: {
    inputs: ['x', 'indices'],
    grad: (dy, [x, indices], { axis, batchDims }) => ({
      x: () => {
        const along = tf.util.parseAxisParam(axis, x.shape)[0];
        if (batchDims || along !== 0) {
          throw new Error('The gradient of gather is implemented only for axis 0 without batch dimensions.');
        }
        const rows = tf.reshape(dy, [indices.size, ...x.shape.slice(1)]);
        return tf.unsortedSegmentSum(rows, tf.reshape(indices, [indices.size]) as tf.Tensor1D, x.shape[0]);
      },
    }),
  },
  Select: {
    inputs: ['condition'],
    grad: (dy, [condition]) => ({
      condition: () => tf.zeros(condition.shape),
      t: () => when(condition, dy),
      e: () => when(tf.logicalNot(condition), dy),
    }),
  },
};

/** Names of the stock ops with a gradient here. */
export const DIFFERENTIABLE_OPS: readonly string[] = Object.keys(RULES);

/** Registers the gradients of ops that have none yet; calling it again does nothing. */
export function registerStockGradients(): void {
  for (const [kernelName, rule] of Object.entries(RULES)) {
    if (tf.getGradient(kernelName)) continue;
    tf.registerGradient({
      kernelName,
      inputsToSave: rule.inputs === 'all' ? [] : [...(rule.inputs ?? [])],
      saveAllInputs: rule.inputs === 'all',
      outputsToSave: rule.output ? [true] : [],
      gradFunc: (dy, saved, attrs) => rule.grad(dy as tf.Tensor, saved, attrs as unknown as Attrs),
    });
  }
}
