/** What starting a backend takes and gives. */
import type { Arithmetic } from '../arithmetic.ts';
import type { StepCapture } from '../step-capture.ts';

/** The caller's listeners and limits. */
export interface BackendEnvironment {
  /**
   * The WebGPU device was lost, or the WebGL context, after start: everything on it is gone. One sentence. Call
   * `initialiseBackend` again and restore from a checkpoint.
   */
  readonly onLost?: (reason: string) => void;
  /**
   * An operation was refused by the GPU (validation, out of memory): results from here on are not to be trusted. One
   * sentence.
   */
  readonly onDeviceError?: (message: string) => void;
  /**
   * WASM threads where the page is cross-origin isolated; default: all logical cores up to four, half of them up to
   * eight. Taken at the first start.
   */
  readonly threads?: number;
  /**
   * A backend whose code or binary has not arrived after so many milliseconds is passed over; default: it is waited
   * for.
   */
  readonly arrivalMs?: number;
  /** Told at once, in one sentence, of a backend whose files did not arrive: the next one may take as long. */
  readonly onNotArrived?: (warning: string) => void;
}

/** A backend that has been started. */
export interface StartedBackend {
  readonly device: string;
  /** True for a software rasteriser: right but slow, never chosen by 'auto'. */
  readonly software: boolean;
  /** With the fast kernels. */
  readonly arithmetic: Arithmetic;
  /** Puts the compositions of stock ops in place of the fast kernels. */
  readonly useCompositions: () => void;
  /** Where steps can be recorded and replayed. */
  readonly stepCapture?: StepCapture;
  /** Whether its convolutions can be asked for in half precision (precision.ts). */
  readonly halfPrecision?: boolean;
}
