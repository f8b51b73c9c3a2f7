/** Chooses, starts and tests a tfjs backend. The code of a backend is loaded only when it is tried. */
import * as tf from '@tensorflow/tfjs-core';
import { errorMessage } from '../error-message.ts';
import type { BackendChoice, BackendName } from '../settings/config.ts';
import type { Arithmetic } from './arithmetic.ts';
import { halfPrecisionAvailable, setHalfPrecisionAvailable } from './precision.ts';
import { isNode } from './is-node.ts';
import { selfTest } from './self-test.ts';
import { arrived, NotArrived } from './start/arrival.ts';
import type { BackendEnvironment, StartedBackend } from './start/types.ts';
import { setStepCapture } from './step-capture.ts';
import { BackendUnavailable } from './start/unavailable.ts';

export interface InitialisedBackend {
  readonly backend: BackendName;
  /** Adapter or threads, in words. */
  readonly device: string;
  /** How it rounds; recorded in results and checkpoints. */
  readonly arithmetic: Arithmetic;
  /** One sentence for each backend that was passed over, for a failed self-test and for a software adapter. */
  readonly warnings: readonly string[];
  /** GFLOP/s measured in the self-test, for estimates of time. */
  readonly gflops: number;
  /** Whether its convolutions can compute in half precision. */
  readonly halfPrecision: boolean;
}

const ORDER: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu'];

async function start(
  name: BackendName,
  allowSoftware: boolean,
  environment: BackendEnvironment,
): Promise<StartedBackend> {
  const { arrivalMs } = environment;
  switch (name) {
    case 'webgpu':
      return (await arrived(import('./start/start-webgpu.ts'), arrivalMs)).startWebGpu(
        allowSoftware,
        environment,
      );
    case 'webgl':
      return (await arrived(import('./start/start-webgl.ts'), arrivalMs)).startWebGl(
        allowSoftware,
        environment,
      );
    case 'wasm':
      return (await arrived(import('./start/start-wasm.ts'), arrivalMs)).startWasm(environment);
    case 'cpu':
      return (await arrived(import('./start/start-cpu.ts'), arrivalMs)).startCpu();
    default:
      throw new Error(`Unknown backend '${String(name satisfies never)}'.`);
  }
}

/** The backends to try, in order. In Node 'auto' means WASM, whose results repeat to the last digit. */
export function candidates(choice: BackendChoice, node: boolean): readonly BackendName[] {
  if (choice === 'auto') return node ? ['wasm', 'cpu'] : ORDER;
  return [choice, ...ORDER.slice(ORDER.indexOf(choice) + 1).filter((n) => !(node && n === 'webgl'))];
}

/** The backend to use after `backend` has failed too often, or null. */
export function nextBackend(backend: BackendName): BackendName | null {
  return candidates(backend, isNode())[1] ?? null;
}

const sentence = (e: unknown): string => errorMessage(e).split('\n')[0];

/**
 * Starts a backend and makes it tfjs's current one: WebGPU on a real GPU, else WebGL on a real GPU, else WASM (SIMD;
 * threads if the page is cross-origin isolated), else plain JavaScript. A software adapter is used only if `choice`
 * names its backend. A backend that cannot start or fails the self-test is passed over with a warning; if only its fast
 * kernels fail, it runs on stock operations, with a warning.
 * Call again to change the backend, after disposing the tensors of the old one. Throws `Error` if no backend works.
 */
export async function initialiseBackend(
  choice: BackendChoice,
  environment: BackendEnvironment = {},
): Promise<InitialisedBackend> {
  const warnings: string[] = [];
  tf.enableProdMode(); // no console advertisements for other packages
  for (const name of candidates(choice, isNode())) {
    try {
      const started = await start(name, choice === name, environment);
      setStepCapture(started.stepCapture ?? null);
      setHalfPrecisionAvailable(started.halfPrecision ?? false);
      const { gflops, warning, arithmetic } = await testWithFallback(started, name);
      if (warning) warnings.push(warning);
      if (started.software) {
        warnings.push(
          `${started.device} is a software adapter: its results are right, but it is slow; choose another backend for real runs.`,
        );
      }
      const halfPrecision = halfPrecisionAvailable();
      return { backend: name, device: started.device, arithmetic, warnings, gflops, halfPrecision };
    } catch (e) {
      const warning = `The ${name} backend was passed over: ${sentence(e)}`;
      warnings.push(warning);
      if (e instanceof NotArrived) environment.onNotArrived?.(warning);
    }
  }
  throw new Error(`No backend works here. ${warnings.join(' ')}`);
}

async function testWithFallback(
  started: StartedBackend,
  name: BackendName,
): Promise<{ gflops: number; warning: string | null; arithmetic: Arithmetic }> {
  const first = await selfTest();
  if (first.failures.length === 0)
    return { gflops: first.gflops, warning: null, arithmetic: started.arithmetic };
  started.useCompositions();
  setStepCapture(null);
  setHalfPrecisionAvailable(false);
  const second = await selfTest();
  if (second.failures.length > 0) {
    throw new BackendUnavailable(`its self-test failed (${second.failures.join('; ')}).`);
  }
  return {
    gflops: second.gflops,
    arithmetic: name === 'wasm' ? 'wasm-stock' : name,
    warning: `The fast ${name} kernels failed the self-test (${first.failures.join('; ')}): stock operations are used, which are slower.`,
  };
}
