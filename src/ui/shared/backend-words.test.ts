import { expect, it } from 'vitest';
import { lacksGpu } from './backend-words.ts';

const NO_WEBGPU = 'The webgpu backend was passed over: there is no adapter.';

it.each([
  ['wasm', [NO_WEBGPU, 'The webgl backend was passed over: it is a software adapter.'], true],
  ['wasm', [], false],
  ['wasm', [NO_WEBGPU, 'The fast wasm kernels failed the self-test (x): stock operations are used.'], false],
  ['cpu', [NO_WEBGPU, 'The wasm backend was passed over: x.'], false],
  ['webgl', [NO_WEBGPU], false],
] as const)('given %s with the warnings %j, then it only lacks a GPU: %s', (backend, warnings, expected) => {
  expect(lacksGpu({ backend, warnings })).toBe(expected);
});
