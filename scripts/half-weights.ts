/** Weights of a trained model as the page ships them: float16, half the size. */
import { contestantWithKey, recordingKey } from '../src/core/experiments/parts.ts';
import { readSafetensors, writeSafetensors } from '../src/core/nn/safetensors.ts';
import { METHOD_IDS, SwitchesSchema } from '../src/core/settings/config.ts';
import * as v from 'valibot';
import type { Weights } from './factorial.ts';

const MetadataSchema = v.object({
  method: v.picklist(METHOD_IDS),
  switches: v.pipe(
    v.string(),
    v.transform((text) => JSON.parse(text) as unknown),
    SwitchesSchema,
  ),
});

/** The file's own words about itself. */
function metadataOf(bytes: Uint8Array): Record<string, string> {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as {
    __metadata__?: Record<string, string>;
  };
  return header.__metadata__ ?? {};
}

/**
 * The weights in `bytes`, a file that `npm run experiment` wrote with `--weights` and this seed, as float16. Throws
 * `Error` that names `file` if it is no such file.
 */
export function halfWeights(bytes: Uint8Array, file: string, seed: number): Weights {
  const metadata = metadataOf(bytes);
  const about = v.safeParse(MetadataSchema, metadata);
  if (!about.success)
    throw new Error(`${file} does not say of which contestant it is (${about.issues[0].message}).`);
  const { method, switches } = about.output;
  const key = recordingKey({ method, switches });
  if (key === null) throw new Error(`${file} is of no contestant that is recorded.`);
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  // Without PyTorch's counters of updates, which no evaluation uses.
  for (const [name, { dtype, shape, data }] of readSafetensors(bytes))
    if (dtype === 'F32') tensors.set(name, { shape, data: Float32Array.from(data) });
  const { label } = contestantWithKey(key)!;
  // Who opens the file elsewhere needs the first layer's stride and the input scale, which no shape tells.
  const kept = { ...(metadata.architecture && { architecture: metadata.architecture }), label };
  return { key, seed, bytes: writeSafetensors(tensors, { ...kept, seed: String(seed) }, 'F16') };
}
