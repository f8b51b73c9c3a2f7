/** What a weight file does not say of its network, as its owner answers it. Imports no tensor code. */
import { CIFAR100_CLASSES, CIFAR10_CLASSES } from '../data/class-names.ts';
import type { BnBranch } from './types.ts';

/** What the network does with the pixels x in [0,1] before its first layer, channel by channel. */
export type InputTransform =
  | { readonly kind: 'none' }
  /** (x - 0.5) * scale. */
  | { readonly kind: 'scale'; readonly scale: number }
  /** (x - mean) / std. */
  | { readonly kind: 'standardise'; readonly mean: readonly number[]; readonly std: readonly number[] };

/** What no tensor shape tells. */
export interface ModelAnswers {
  /** Which of the file's networks. */
  readonly prefix: string;
  readonly stemStride: 1 | 2;
  readonly input: InputTransform;
  /** The BatchNorm set of inference; of no importance in a network with one set. */
  readonly bnSet: BnBranch;
}

/** Mean and standard deviation of CIFAR-10's training pixels, which most code on CIFAR-10 standardises with. */
export const CIFAR_10_STANDARDISATION = {
  kind: 'standardise',
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2471, 0.2435, 0.2616],
} as const satisfies InputTransform;

/** Why these are no numbers to change pixels with, in a sentence; null if they are. */
export function inputFault(input: InputTransform): string | null {
  const three = (values: unknown, from: number): boolean =>
    Array.isArray(values) &&
    values.length === 3 &&
    values.every((v: unknown) => typeof v === 'number' && v >= from && v <= 255);
  switch (input.kind) {
    case 'none':
      return null;
    case 'scale':
      return input.scale > 0 && input.scale <= 255
        ? null
        : 'The scale of the pixels must lie between 0 and 255.';
    case 'standardise':
      if (!three(input.mean, -255))
        return 'The mean needs three numbers between -255 and 255, one for each colour.';
      return three(input.std, 1e-3) ? null : 'The standard deviation needs three numbers from 0.001 to 255.';
    default:
      return input satisfies never;
  }
}

/** Follows the name of a model that has more outputs than the images have classes. */
export const amongText = (outputs: number, classes: number): string =>
  `tells ${outputs} classes apart; it answers among the ${classes} classes of these images, and its other outputs are left out.`;

/** The data sets whose models answer for images of fewer classes, by the names of the classes. */
const NAMED: readonly (readonly string[])[] = [CIFAR10_CLASSES, CIFAR100_CLASSES];

/**
 * Which of a model's outputs answer for images of `classes` of a data set whose classes have these names: null for all
 * of them, in order. The model may have been trained on the data set, on the chosen classes alone, or on all of the
 * CIFAR data set from which the classes' names come. Throws one sentence if it cannot have been trained on any of them.
 */
export function outputsFor(
  outputs: number,
  classes: readonly number[],
  names: readonly string[],
): readonly number[] | null {
  const among = (chosen: readonly number[]) =>
    chosen.length === outputs && chosen.every((c, i) => c === i) ? null : chosen;
  if (outputs === names.length) return among(classes);
  if (outputs === classes.length) return null;
  const all = NAMED.find((list) => list.length === outputs);
  const places = classes.map((c) => all?.indexOf(names[c]) ?? -1);
  if (!places.includes(-1)) return among(places);
  const shown = classes.length === names.length ? `${names.length}` : `${classes.length} of ${names.length}`;
  throw new Error(`It tells ${outputs} classes apart, and these images have ${shown} classes.`);
}
