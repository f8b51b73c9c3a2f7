import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepToHyperplane } from './hyperplane.ts';
import type { Norm } from './types.ts';

const coordinates = fc.array(
  fc.record({
    z: fc.double({ min: 0, max: 1, noNaN: true }),
    w: fc.double({ min: -2, max: 2, noNaN: true }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** The step with the smallest lambda that reaches the plane, found by bisection; the corner of the box if none does. */
function bisection(norm: Norm, z: Float32Array, w: Float32Array, b: number): number[] {
  const gap = w.reduce((s, v, j) => s + v * z[j], 0) - b;
  const down = w.map((v) => (gap >= 0 ? v : -v));
  const step = (lambda: number) =>
    [...down].map((v, j) => {
      if (v === 0) return 0;
      const room = v > 0 ? z[j] : 1 - z[j];
      return -Math.sign(v) * Math.min(norm === 'l2' ? lambda * Math.abs(v) : lambda, room);
    });
  const gained = (lambda: number) => -step(lambda).reduce((s, d, j) => s + d * down[j], 0);
  let [low, high] = [0, 1e9];
  if (gained(high) <= Math.abs(gap)) return step(high);
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (gained(middle) < Math.abs(gap)) low = middle;
    else high = middle;
  }
  return step(high);
}

describe.each(['linf', 'l2'] as const)('the step to a hyperplane in %s', (norm) => {
  it('given any point and plane, then it agrees with bisection and stays in the box', () => {
    fc.assert(
      fc.property(coordinates, fc.double({ min: -3, max: 3, noNaN: true }), (points, b) => {
        const z = Float32Array.from(points, (p) => p.z);
        const w = Float32Array.from(points, (p) => p.w);
        const d = new Float32Array(z.length);
        stepToHyperplane(norm, z, w, b, d);
        const expected = bisection(norm, z, w, b);
        // Rounding alone decides the step along a coordinate with a tiny w, so compare w * d.
        d.forEach((v, j) => expect(v * w[j]).toBeCloseTo(expected[j] * w[j], 4));
        d.forEach((v, j) => {
          expect(z[j] + v).toBeGreaterThanOrEqual(-1e-6);
          expect(z[j] + v).toBeLessThanOrEqual(1 + 1e-6);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('given two dimensions, then it is as short as to the nearest of thousands of points on the line', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    const weight = fc.oneof(
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      fc.double({ min: -2, max: -0.1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.tuple(unit, unit), fc.tuple(weight, weight), unit, (start, weights, at) => {
        const [z, w] = [Float32Array.from(start), Float32Array.from(weights)];
        // A level that the plane reaches somewhere in the box.
        const [low, high] = [-1, 1].map((s) => w.reduce((sum, v) => sum + (s * v > 0 ? v : 0), 0));
        const b = low + at * (high - low);
        const d = new Float32Array(2);
        stepToHyperplane(norm, z, w, b, d);
        expect(w[0] * (z[0] + d[0]) + w[1] * (z[1] + d[1])).toBeCloseTo(b, 5);
        const lengthOf = (a: number, c: number) =>
          norm === 'linf' ? Math.max(Math.abs(a), Math.abs(c)) : Math.hypot(a, c);
        let shortest = Infinity;
        for (let k = 0; k <= 5000; k++) {
          const first = k / 5000;
          const second = (b - w[0] * first) / w[1];
          if (second < 0 || second > 1) continue;
          shortest = Math.min(shortest, lengthOf(first - z[0], second - z[1]));
        }
        // The nearest grid point is farther than the nearest point by at most the grid's step times the line's slope.
        const slack = (1 + Math.abs(w[0] / w[1])) / 5000;
        expect(lengthOf(d[0], d[1])).toBeLessThanOrEqual(shortest + 1e-5);
        if (shortest < Infinity) expect(lengthOf(d[0], d[1])).toBeGreaterThanOrEqual(shortest - slack - 1e-5);
      }),
      { numRuns: 200 },
    );
  });

  it('given two coordinates, then it has the values computed by hand', () => {
    const d = new Float32Array(2);
    stepToHyperplane(norm, Float32Array.of(0.5, 0.5), Float32Array.of(2, 1), 0.9, d);
    // <w, z> = 1.5 must fall by 0.6: by 0.2 on both coordinates in L-inf, by 0.12 w in L2.
    const by = norm === 'linf' ? [-0.2, -0.2] : [-0.24, -0.12];
    d.forEach((v, j) => expect(v).toBeCloseTo(by[j], 6));
  });
});
