import { expect, it } from 'vitest';
import { parseReference } from './reference.ts';

const INDEX = { eps: 8 / 255, alpha: 2 / 255, width: 2, blocks: [1], batch: 2, cases: {} };
const parse = (index: unknown) => parseReference(index, async () => new Map());

it('given radii and step sizes for pixels in [0,1], when parsed, then the reference is read', async () => {
  expect((await parse(INDEX)).index).toEqual(INDEX);
});

it.each([
  [{ ...INDEX, eps: 8 }, /eps: must be at most 1, not 8, .*: did you mean 8\/255\?/],
  [{ ...INDEX, alpha: 2 }, /alpha: must be at most 1, not 2, .*2\/255/],
  [
    { ...INDEX, cases: { plain: { file: 'plain', methods: { at: { loss: 7, step_size: 2 } } } } },
    /cases\.plain\.methods\.at: step_size must be at most 1, .*2\/255/,
  ],
])(
  'given a radius or step size in 255ths, when parsed, then the message suggests the value for pixels in [0,1]',
  async (index, message) => {
    await expect(parse(index)).rejects.toThrow(message);
  },
);
