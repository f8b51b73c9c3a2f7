/** One image under one attack: the losses at every point that the attack tries, and the gradient at the clean image. */
import { argmax, AttackModel, type GradientPass } from '../attacks/attack-model.ts';
import { crossEntropyPerExample } from '../attacks/losses.ts';
import type { Budget, EvaluationAttack, Threat } from '../attacks/types.ts';
import type { LogitsFn } from '../nn/types.ts';

/** The losses at the points that an attack tried, in the order in which it tried them. Both lists have one length. */
export interface AttackPath {
  /** Cross-entropy, nats. */
  readonly crossEntropy: readonly number[];
  /** max_{k != y} z_k - z_y, above 0 if the network is wrong. */
  readonly margin: readonly number[];
}

/** Cross-entropy in nats and margin (see `AttackPath`) of one image's logits [K], computed on the host. */
export function lossesOf(logits: ArrayLike<number>, label: number): { crossEntropy: number; margin: number } {
  const z = Array.from(logits);
  const highest = Math.max(...z);
  const logSum = highest + Math.log(z.reduce((sum, v) => sum + Math.exp(v - highest), 0));
  const other = Math.max(...z.filter((_, k) => k !== label));
  return { crossEntropy: logSum - z[label], margin: other - z[label] };
}

/**
 * A model that records the losses of the first image in each pass. Attacks on a single image thus leave their path
 * without recording it themselves.
 */
export class TracingModel extends AttackModel {
  private readonly crossEntropy: number[] = [];
  private readonly margin: number[] = [];

  constructor(
    logits: LogitsFn,
    classes: number,
    private readonly label: number,
    imageShape?: readonly [number, number, number],
  ) {
    super(logits, classes, imageShape);
  }

  get path(): AttackPath {
    return { crossEntropy: this.crossEntropy, margin: this.margin };
  }

  private note(logits: Float32Array): void {
    const { crossEntropy, margin } = lossesOf(logits.subarray(0, this.classes), this.label);
    this.crossEntropy.push(crossEntropy);
    this.margin.push(margin);
  }

  override async logits(images: Float32Array): Promise<Float32Array> {
    const logits = await super.logits(images);
    this.note(logits);
    return logits;
  }

  override async gradient(...args: Parameters<AttackModel['gradient']>): Promise<GradientPass> {
    const pass = await super.gradient(...args);
    this.note(pass.logits);
    return pass;
  }
}

/**
 * The attacks that run on any image. The others need an image that the network classifies correctly, so that a
 * misclassified image is returned unchanged.
 */
const ASCEND_ANYWAY: ReadonlySet<string> = new Set([
  'noise',
  'fgsm',
  'mim',
  'pgd-20',
  'pgd-100',
  'pgd-20-margin',
]);

export interface AttackedExample {
  /** x' within the threat, like x. A copy of x if x is misclassified and the attack needs a correct answer. */
  readonly adversarial: Float32Array;
  /** [K]. */
  readonly cleanLogits: Float32Array;
  /** [K]. */
  readonly attackedLogits: Float32Array;
  /** d cross-entropy / dx at the clean image, like x. */
  readonly gradient: Float32Array;
  readonly path: AttackPath;
}

export interface ExampleInput {
  readonly logits: LogitsFn;
  readonly classes: number;
  readonly imageShape?: readonly [number, number, number];
  /** Pixels of one image, in [0,1]. Not changed. */
  readonly x: Float32Array;
  readonly label: number;
  readonly threat: Threat;
  readonly seed: number;
  /** See `AttackInput`. */
  readonly pace: (passes: number) => Promise<void>;
}

/**
 * Attacks one image and evaluates the model on it before and after the attack. Throws `Error` if a logit of the clean
 * image is not finite, and whatever the attack throws. Leaves no tensors.
 */
export async function attackExample(
  { logits, classes, imageShape, x, label, threat, seed, pace }: ExampleInput,
  attack: EvaluationAttack,
  budget: Budget,
): Promise<AttackedExample> {
  const y = Int32Array.of(label);
  const plain = new AttackModel(logits, classes, imageShape);
  const { gradient, logits: cleanLogits } = await plain.gradient(x, y, y, crossEntropyPerExample);
  const model = new TracingModel(logits, classes, label, imageShape);
  const right = argmax(cleanLogits, classes, 0) === label;
  const adversarial =
    right || ASCEND_ANYWAY.has(attack.id)
      ? (await attack.run({ model, x, y, threat, seed, batch: 0, pace }, budget)).adversarial
      : x.slice();
  const attackedLogits = await plain.logits(adversarial);
  return { adversarial, cleanLogits, attackedLogits, gradient, path: model.path };
}
