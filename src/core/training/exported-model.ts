/** The files of a trained model, with the official names. */
import { exportParts, exportWeights } from '../nn/weights.ts';
import type { Trainer } from './trainer.ts';

/** A model's weights as safetensors with PyTorch names and layout, in float32. */
export interface WeightFiles {
  /** The network that is evaluated, alone: the official code loads it with `strict=True`. */
  readonly network: Uint8Array;
  /** ARAT's predictors; null for a method without parts of that kind. */
  readonly parts: Uint8Array | null;
}

/** The metadata names the contestant and the steps it was trained for. The trainer keeps its tensors. */
export async function exportedModel(trainer: Trainer): Promise<WeightFiles> {
  const { label, method, switches } = trainer.contestant;
  const { step: steps, evaluated, network } = trainer;
  const metadata = { label, method, switches: JSON.stringify(switches), steps: String(steps) };
  const options = { steps, metadata };
  return { network: await exportWeights(evaluated, options), parts: await exportParts(network, options) };
}
