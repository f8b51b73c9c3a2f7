/** The input and the result of starting a backend. */
import type { Arithmetic } from '../arithmetic.ts';
import type { StepCapture } from '../step-capture.ts';

/** The caller's listeners and limits. */
export interface BackendEnvironment {
  /**
   * Called with one sentence if the WebGPU device or the WebGL context is lost after the start. Everything on it is
   * gone: call `initialiseBackend` again and restore from a checkpoint.
   */
  readonly onLost?: (reason: string) => void;
  /**
   * Called with one sentence if the GPU refuses an operation (validation, out of memory). Later results may be wrong.
   */
  readonly onDeviceError?: (message: string) => void;
  /**
   * Threads of WASM, if the page is cross-origin isolated. Default: the logical cores up to four, of more cores half,
   * from four to eight. Only the first start uses it.
   */
  readonly threads?: number;
  /**
   * Milliseconds after which a backend is passed over if its code or binary has not arrived; default: no limit for
   * code.
   */
  readonly arrivalMs?: number;
  /** Called at once with one sentence if a backend's files did not arrive, since the next one may take as long. */
  readonly onNotArrived?: (warning: string) => void;
}

/** A backend that has been started. */
export interface StartedBackend {
  readonly device: string;
  /** Whether it is a software rasteriser: its results are right, but slow, and 'auto' never chooses it. */
  readonly software: boolean;
  /** How it rounds with the fast kernels. */
  readonly arithmetic: Arithmetic;
  /** Replaces the fast kernels by the compositions of stock ops. */
  readonly useCompositions: () => void;
  /** Records and replays steps, if the backend can. */
  readonly stepCapture?: StepCapture;
  /** Whether its convolutions can compute in half precision (precision.ts). */
  readonly halfPrecision?: boolean;
}
