/**
 * One image under one attack, looked at closely: the loss at every point that the attack tries, and the input gradient.
 */
import { argmax, AttackModel, type GradientPass } from '../attacks/attack-model.ts';
import { crossEntropyPerExample } from '../attacks/losses.ts';
import type { Budget, EvaluationAttack, Threat } from '../attacks/types.ts';
import type { LogitsFn } from '../nn/types.ts';

/** Losses at the points that an attack tried, in its order. */
export interface AttackPath {
  /** Cross-entropy, nats. */
  readonly crossEntropy: readonly number[];
  /** max_{k != y} z_k - z_y: above 0 where the network is wrong. */
  readonly margin: readonly number[];
}

/** Cross-entropy and margin of one row of logits, on the host. */
export function lossesOf(logits: ArrayLike<number>, label: number): { crossEntropy: number; margin: number } {
  const z = Array.from(logits);
  const highest = Math.max(...z);
  const logSum = highest + Math.log(z.reduce((sum, v) => sum + Math.exp(v - highest), 0));
  const other = Math.max(...z.filter((_, k) => k !== label));
  return { crossEntropy: logSum - z[label], margin: other - z[label] };
}

/**
 * A model that notes what it answered to the one image that is under attack: every attack leaves its path, none has to
 * know.
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
 * These ascend from any image. The others stop where the network is wrong, or aim from its right answer: an image that
 * is wrong already stays as it is.
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
  /** Inside the threat; x itself where there was nothing to attack. */
  readonly adversarial: Float32Array;
  readonly cleanLogits: Float32Array;
  readonly attackedLogits: Float32Array;
  /** d cross-entropy / dx at the clean image. */
  readonly gradient: Float32Array;
  readonly path: AttackPath;
}

export interface ExampleInput {
  readonly logits: LogitsFn;
  readonly classes: number;
  readonly imageShape?: readonly [number, number, number];
  /** Float32 pixels in [0,1] of one image. Never changed. */
  readonly x: Float32Array;
  readonly label: number;
  readonly threat: Threat;
  readonly seed: number;
  /** See `AttackInput`. */
  readonly pace: (passes: number) => Promise<void>;
}

/** Attacks one image and looks at it before and after. Leaves no tensors. */
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
