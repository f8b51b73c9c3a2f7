/** What the page, the command line and the links need to know of a method. Free of tensors. */
import type { StorePart } from '../nn/types.ts';
import type { SwitchName, Switches } from '../settings/config.ts';

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
  /** What training keeps beside the network: predictors, second networks, numbers. */
  readonly beside: readonly StorePart[];
  /** Network passes per training image and step: forward 1, gradient of the image 1, gradient of everything 2. */
  passes(attackSteps: number, switches: Switches): number;
}
