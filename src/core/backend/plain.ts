/**
 * Convolution and BatchNorm with their gradients on plain float64 arrays, directly by their definitions, as the
 * reference of the self-test. For small sizes only.
 */

/** Shape and values, row-major. */
export interface PlainArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export function plain(shape: readonly number[], value: (i: number) => number = () => 0): PlainArray {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Float64Array.from({ length: size }, (_, i) => value(i)) };
}

/**
 * Calls `visit(x index, filter index, y index)` for every product in a zero-padded convolution. x [N,H,W,in], filter
 * [k,k,in,out].
 */
function forEachProduct(
  xShape: readonly number[],
  filterShape: readonly number[],
  stride: number,
  visit: (x: number, f: number, y: number) => void,
): void {
  const [n, h, w, cin] = xShape;
  const [k, , , cout] = filterShape;
  const pad = (k - 1) / 2;
  const [oh, ow] = [Math.ceil(h / stride), Math.ceil(w / stride)];
  for (let y = 0; y < n * oh * ow; y++) {
    const [b, i, j] = [Math.floor(y / (oh * ow)), Math.floor(y / ow) % oh, y % ow];
    for (let tap = 0; tap < k * k; tap++) {
      const row = i * stride + Math.floor(tap / k) - pad;
      const column = j * stride + (tap % k) - pad;
      if (row < 0 || row >= h || column < 0 || column >= w) continue;
      const x = ((b * h + row) * w + column) * cin;
      for (let c = 0; c < cin; c++) {
        for (let o = 0; o < cout; o++) visit(x + c, (tap * cin + c) * cout + o, y * cout + o);
      }
    }
  }
}

export function plainConv(x: PlainArray, filter: PlainArray, stride: number): PlainArray {
  const [n, h, w] = x.shape;
  const y = plain([n, Math.ceil(h / stride), Math.ceil(w / stride), filter.shape[3]]);
  forEachProduct(x.shape, filter.shape, stride, (a, f, b) => {
    y.values[b] += x.values[a] * filter.values[f];
  });
  return y;
}

/** Gradients of sum(y * dy) for y = conv(x, filter). */
export function plainConvGrads(
  x: PlainArray,
  filter: PlainArray,
  dy: PlainArray,
  stride: number,
): { dx: PlainArray; dfilter: PlainArray } {
  const [dx, dfilter] = [plain(x.shape), plain(filter.shape)];
  forEachProduct(x.shape, filter.shape, stride, (a, f, b) => {
    dx.values[a] += filter.values[f] * dy.values[b];
    dfilter.values[f] += x.values[a] * dy.values[b];
  });
  return { dx, dfilter };
}

/** BatchNorm with batch statistics, then ReLU, and the gradients of sum(y * dy). x [...,C]; gamma, beta [C]. */
export function plainBatchNormRelu(
  x: PlainArray,
  gamma: PlainArray,
  beta: PlainArray,
  dy: PlainArray,
  epsilon: number,
): Record<'y' | 'mean' | 'variance' | 'dx' | 'dgamma' | 'dbeta', PlainArray> {
  const channels = gamma.values.length;
  const count = x.values.length / channels;
  const [mean, variance, dgamma, dbeta] = [0, 0, 0, 0].map(() => plain([channels]));
  x.values.forEach((v, i) => (mean.values[i % channels] += v / count));
  x.values.forEach((v, i) => (variance.values[i % channels] += (v - mean.values[i % channels]) ** 2 / count));
  const invStd = (c: number) => 1 / Math.sqrt(variance.values[c] + epsilon);
  const xhat = plain(x.shape, (i) => (x.values[i] - mean.values[i % channels]) * invStd(i % channels));
  const y = plain(x.shape, (i) =>
    Math.max(0, gamma.values[i % channels] * xhat.values[i] + beta.values[i % channels]),
  );
  const dz = plain(x.shape, (i) => (y.values[i] > 0 ? dy.values[i] : 0));
  dz.values.forEach((v, i) => {
    dbeta.values[i % channels] += v;
    dgamma.values[i % channels] += v * xhat.values[i];
  });
  const dx = plain(x.shape, (i) => {
    const c = i % channels;
    const projected = dz.values[i] - dbeta.values[c] / count - (xhat.values[i] * dgamma.values[c]) / count;
    return gamma.values[c] * invStd(c) * projected;
  });
  return { y, mean, variance, dx, dgamma, dbeta };
}
