/**
 * A `reference-*` folder: numbers that the official PyTorch code computed for attacks, training steps and evaluation,
 * and the tolerances for float32.
 */
import * as v from 'valibot';
import { aboveRange } from '../core/judge/radius.ts';
import type { HostTensor } from '../core/nn/safetensors.ts';

const num = v.pipe(v.number(), v.finite());
/** A radius or step size for pixels in [0,1]. */
const radius = v.pipe(
  num,
  v.check(
    (value) => aboveRange(value) === null,
    (issue) => aboveRange(issue.input)!,
  ),
);
/** Names of radii and step sizes among a method's numbers. */
const RADII = ['eps', 'epsilon', 'alpha', 'step_size'];
const MethodNumbers = v.pipe(
  v.record(v.string(), num),
  v.check(
    (numbers) => RADII.every((name) => !(numbers[name] > 1)),
    ({ input }) => {
      const name = RADII.find((r) => input[r] > 1)!;
      return `${name} ${aboveRange(input[name])}`;
    },
  ),
);
const AratStep = v.object({ loss: num, ce_adv: num, ce_clean: num, invariance: v.record(v.string(), num) });
const IndexSchema = v.object({
  eps: radius,
  alpha: radius,
  width: num,
  blocks: v.array(num),
  batch: num,
  cases: v.object({
    arat: v.optional(
      v.object({
        file: v.string(),
        prev_train_acc: num,
        invariance_weight: num,
        layers: v.array(v.string()),
        sgd: v.object({ lr: num, momentum: num, weight_decay: num }),
        steps: v.array(AratStep),
      }),
    ),
    arat_conflict: v.optional(
      v.object({ cosine: num, conflict_ratio: num, per_layer_cosine: v.record(v.string(), num) }),
    ),
    arat_ablations: v.optional(
      v.object({
        values: v.record(
          v.string(),
          v.object({ invariance_weighted: num, classification: num, cosine: num, conflict_ratio: num }),
        ),
      }),
    ),
    plain: v.optional(v.object({ file: v.string(), methods: v.record(v.string(), MethodNumbers) })),
  }),
});
export type ReferenceIndex = v.InferOutput<typeof IndexSchema>;
export type Tensors = ReadonlyMap<string, HostTensor>;

export interface Reference {
  readonly index: ReferenceIndex;
  readonly arat: Tensors | null;
  readonly plain: Tensors | null;
}

/** Largest errors allowed in float32 on any backend. They come with the reference numbers, except `after1`. */
export const TOLERANCE = {
  loss: 1e-4,
  logits: 1e-4,
  gradient: 1e-3,
  statistics: 1e-4,
  /** Tighter than the reference asks, because a missing weight decay would cause an error of only 5e-5. */
  after1: 2e-5,
  after3: 5e-3,
  conflict: 2e-3,
  /** Share of an attack's pixels that may differ by more than ATTACK_PIXEL. */
  attackPixels: 0.02,
  /** Relative error of the loss at the attack's images. */
  attackLoss: 1e-2,
} as const;
export const ATTACK_PIXEL = 1 / 2550;

/** Validates index.json and loads its files through `load`. Rejects with one sentence if the form is wrong. */
export async function parseReference(
  index: unknown,
  load: (file: string) => Promise<Tensors>,
): Promise<Reference> {
  const parsed = v.safeParse(IndexSchema, index);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new Error(
      `index.json is not of the form of a reference folder: ${v.getDotPath(issue) ?? ''}: ${issue.message}`,
    );
  }
  const { arat, plain } = parsed.output.cases;
  return {
    index: parsed.output,
    arat: arat ? await load(arat.file) : null,
    plain: plain ? await load(plain.file) : null,
  };
}

/** The tensor called `name`. Throws if the file lacks it. */
export function entry(tensors: Tensors, name: string): HostTensor {
  const t = tensors.get(name);
  if (!t) throw new Error(`The reference has no tensor '${name}'.`);
  return t;
}
