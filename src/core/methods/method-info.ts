/** What the page, the command line and the links need to know of a method. Free of tensors. */
import type { StorePart } from '../nn/types.ts';
import type { ExperimentConfig, SwitchName, Switches } from '../settings/config.ts';

/** The learning rate in epoch `epoch`, from 1, of an official code whose largest rate is `rate`. */
export type EpochRate = (epoch: number, rate: number) => number;

/** `rate`, times 0.1 from each of these epochs on, whatever the number of epochs is. */
const dropping = (epoch: number, rate: number, from: readonly number[]): number =>
  rate * 0.1 ** from.filter((first) => epoch >= first).length;

/**
 * train_ARAT.py: 0.02 in epoch 1, whatever the rate; its scheduler steps after an epoch, so the drops of its
 * `get_lr(epoch)` at 76, 91, 101 and 111 come an epoch later.
 */
export const aratRate: EpochRate = (epoch, rate) =>
  epoch === 1 ? 0.02 : dropping(epoch, rate, [77, 92, 102, 112]);
/** train_trades_cifar10.py, and MART's train_resnet.py. */
export const tradesRate: EpochRate = (epoch, rate) => dropping(epoch, rate, [75, 90, 100]);
/** train_lbgat_cifar100.py. */
export const lbgatRate: EpochRate = (epoch, rate) =>
  epoch === 1 ? 0.02 : dropping(epoch, rate, [76, 91, 101]);

/** What the official code of a method trains with where that differs from ARAT's. */
export interface Recipe {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly eps: number;
  readonly stepSize: number;
  readonly beta: number;
}

/** The values for ResNet-18, and in `wide` those that are others for WRN-34-10. */
export interface OwnRecipe extends Recipe {
  readonly wide?: Partial<Recipe>;
}

export function recipeFor({ wide, ...resnet }: OwnRecipe, { family }: ExperimentConfig['network']): Recipe {
  return family === 'wide' ? { ...resnet, ...wide } : resnet;
}

export interface MethodInfo<Id extends string = string> {
  readonly id: Id;
  /** Standard short name, e.g. `TRADES`. */
  readonly name: string;
  /** One paragraph for the page. */
  readonly description: string;
  /** The objective in plain Unicode. */
  readonly equation: string;
  /** Null for a method that its user writes. */
  readonly citation: { readonly text: string; readonly url: string } | null;
  /** The switches this method reads, in the order the page shows them. */
  readonly switches: readonly SwitchName[];
  /** Names of the terms that its loss reports, in order. */
  readonly terms: readonly string[];
  /** Names of the two terms whose gradients may conflict, for the legend, or null. */
  readonly conflictBetween: readonly [string, string] | null;
  /** Its rows in the paper's main table, each as changes to the default switches; [] when it is not in that table. */
  readonly paperRows: readonly Partial<Switches>[];
  /** The rates of the schedule `official`; ARAT's for a method whose official code has no list of rates by epoch. */
  readonly officialRate: EpochRate;
  /** For the methods with the switch `recipe`. */
  readonly ownRecipe?: OwnRecipe;
  /** What training keeps beside the network: predictors, second networks, numbers. */
  readonly beside: readonly StorePart[];
  /** Whether the balance of auto-balance is measured before each epoch under these switches. Without it, never. */
  usesBalance?(switches: Switches): boolean;
  /**
   * Network passes per training image and step, on average over a training of `epochs` epochs: forward 1, gradient of
   * the image 1, gradient of everything 2.
   */
  passes(attackSteps: number, switches: Switches, epochs: number): number;
}
