/** What an experiment needs of memory, before it is run. Free of tensors. */
import { networkCost } from '../nn/architecture.ts';
import type { ExperimentConfig } from '../settings/config.ts';

/** A worker with its own JavaScript engine, tfjs and the smallest network; measured: 70 to 110 MB. */
const WORKER_MB = 150;
/** Images of an evaluation's batch. */
const EVALUATED = 128;
/**
 * Bytes of activations and their gradients per FLOP of a forward pass of a batch. An estimate: workers with networks of
 * `quick` and `demo` needed less than `laneMegabytes` says, larger ones have not been measured.
 */
const BYTES_PER_FLOP = 0.12;
/** Weights, their momentum, gradients and a state on its way out, of up to two networks. */
const COPIES = 10;

/** An upper estimate of the megabytes that one lane needs. */
export function laneMegabytes({ network, dataset, optimiser }: ExperimentConfig): number {
  const { flopPerImage, parameters } = networkCost({ ...network, classes: dataset.classes.length });
  const images = Math.max(EVALUATED, optimiser.batchSize);
  return WORKER_MB + (COPIES * 4 * parameters + BYTES_PER_FLOP * images * flopPerImage) / 1e6;
}
