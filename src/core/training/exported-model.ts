/** The file of a trained model: the network that is evaluated, with the official names. */
import { exportWeights } from '../nn/safetensors.ts';
import type { Trainer } from './trainer.ts';

/**
 * The evaluated network of `trainer` as a safetensors file in float32; its metadata names the contestant and the
 * steps it was trained for. The trainer keeps its tensors.
 */
export function exportedModel({ contestant, evaluated, step }: Trainer): Promise<Uint8Array> {
  const { label, method, switches } = contestant;
  return exportWeights(evaluated, { label, method, switches: JSON.stringify(switches), steps: String(step) });
}
