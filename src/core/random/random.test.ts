import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStream } from './random.ts';

const SEED = fc.integer({ min: 0, max: 2 ** 31 - 1 });

test('given a seed and a name, when a stream is made again, then its numbers repeat; given another name or seed, then they differ', () => {
  fc.assert(
    fc.property(SEED, (seed) => {
      const draw = (s: number, name: string) => RandomStream.of(s, name).uniformArray(16, 0, 1);
      expect(draw(seed, 'order')).toEqual(draw(seed, 'order'));
      expect(draw(seed, 'order')).not.toEqual(draw(seed, 'augmentation'));
      expect(draw(seed, 'order')).not.toEqual(draw(seed + 1, 'order'));
    }),
  );
});

test('given a stream at any position, when restored from its state, then it continues with the same numbers', () => {
  fc.assert(
    fc.property(SEED, fc.nat(50), (seed, drawn) => {
      const a = RandomStream.of(seed, 'x');
      for (let i = 0; i < drawn; i++) a.uniform();
      const b = RandomStream.restore(a.state());
      expect(b.normalArray(9)).toEqual(a.normalArray(9));
    }),
  );
});

test('given many draws, when averaged, then uniform and normal values have the mean and variance of their distributions', () => {
  const n = 100_000;
  const moments = (values: Float32Array) => {
    const mean = values.reduce((a, v) => a + v, 0) / n;
    return [mean, values.reduce((a, v) => a + (v - mean) ** 2, 0) / n];
  };
  // At least five standard errors.
  const [um, uv] = moments(RandomStream.of(1, 'u').uniformArray(n, -1, 1));
  expect(Math.abs(um)).toBeLessThan(0.01);
  expect(Math.abs(uv - 1 / 3)).toBeLessThan(0.01);
  const [nm, nv] = moments(RandomStream.of(1, 'n').normalArray(n));
  expect(Math.abs(nm)).toBeLessThan(0.016);
  expect(Math.abs(nv - 1)).toBeLessThan(0.025);
});

test('given any array, when shuffled, then it holds the same values', () => {
  fc.assert(
    fc.property(SEED, fc.nat(200), (seed, n) => {
      const shuffled = RandomStream.of(seed, 's').shuffle(Uint32Array.from({ length: n }, (_, i) => i));
      expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
    }),
  );
});
