/** Estimates an experiment's memory before it runs. Imports no tensors. */
import { EVALUATION_BATCH } from '../settings/evaluation-batch.ts';
import { networkCost } from '../nn/architecture.ts';
import type { ExperimentConfig } from '../settings/config.ts';

/** A worker with its own JavaScript engine, tfjs and the smallest network; 70 to 110 MB were measured. */
const WORKER_MB = 150;
/**
 * Bytes of activations and their gradients per FLOP of a batch's forward pass. An estimate: workers with the networks
 * of `quick` and `demo` needed less than `laneMegabytes` says; larger networks have not been measured.
 */
const BYTES_PER_FLOP = 0.12;
/** Copies of the parameters: weights, momentum, gradients and the state being sent, for up to two networks. */
const COPIES = 10;

/** An estimate, meant to be too high, of the megabytes that one lane needs. */
export function laneMegabytes({ network, dataset, optimiser }: ExperimentConfig): number {
  const { flopPerImage, parameters } = networkCost({ ...network, classes: dataset.classes.length });
  const images = Math.max(EVALUATION_BATCH, optimiser.batchSize);
  return WORKER_MB + (COPIES * 4 * parameters + BYTES_PER_FLOP * images * flopPerImage) / 1e6;
}
