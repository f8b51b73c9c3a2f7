import { expect, test } from 'vitest';
import { assemble, countDown, defineFunction, f32, f32x4, i32, when } from './assembler.ts';
import type { FunctionDefinition } from './assembler.ts';

/** Instantiates one function on a page of memory. */
function instantiate(definition: FunctionDefinition): {
  run: (...args: number[]) => void;
  floats: Float32Array;
} {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(assemble([definition], false));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return {
    run: exports[definition.name] as (...args: number[]) => void,
    floats: new Float32Array(memory.buffer),
  };
}

test('given a loop over vectors, when it runs, then it computes its expression and stops at the count', () => {
  const { run, floats } = instantiate(
    defineFunction('scaleAll', { from: 'i32', count: 'i32', factor: 'f32' }, (p, local) => {
      const factor = local('v128');
      return [
        factor.set(f32x4.splat(p.factor.get)),
        countDown(
          p.count,
          4,
          f32x4.store(p.from.get, f32x4.mul(f32x4.load(p.from.get), factor.get)),
          p.from.advance(i32.const(16)),
        ),
      ];
    }),
  );
  floats.set([1, 2, 3, 4, 5, 6, 7, 8, 9], 0);
  run(0, 8, -2);
  expect([...floats.subarray(0, 9)]).toEqual([-2, -4, -6, -8, -10, -12, -14, -16, 9]);
});

test.each([0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 65536, -123456789, 2147483647])(
  'given the constant %i, when it is encoded, then it compares equal to the number',
  (n) => {
    const { run, floats } = instantiate(
      defineFunction('same', { value: 'i32' }, (p) => [
        when(i32.equal(p.value.get, i32.const(n)), f32.store(i32.const(0), f32.load(i32.const(4)))),
      ]),
    );
    floats[1] = 7;
    run(n);
    expect(floats[0]).toBe(7);
  },
);

test('given shared memory, then only a module assembled for shared memory accepts it', () => {
  const definition = defineFunction('nothing', {}, () => []);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
  const instantiateWith = (shared: boolean) =>
    new WebAssembly.Instance(new WebAssembly.Module(assemble([definition], shared)), { env: { memory } });
  expect(() => instantiateWith(true)).not.toThrow();
  expect(() => instantiateWith(false)).toThrow(WebAssembly.LinkError);
});

test('given pmax with 0, when evaluated, then it is a ReLU that keeps NaN', () => {
  const { run, floats } = instantiate(
    defineFunction('relu', { at: 'i32' }, (p) => [
      f32x4.store(p.at.get, f32x4.pmax(f32x4.load(p.at.get), f32x4.zero())),
    ]),
  );
  floats.set([NaN, -1, 2, -0]);
  run(0);
  expect([...floats.subarray(0, 3)]).toEqual([NaN, 0, 2]);
});
