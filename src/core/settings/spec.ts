/**
 * The types of the entries in the table of settings (specs.ts). An entry has the range, the default and the words of
 * one setting.
 */
import type { Role } from '../formula/check.ts';

interface Entry<Value> {
  readonly label: string;
  /** What the setting does, in one sentence. */
  readonly help: string;
  /** Its value in the preset `demo`. */
  readonly default: Value;
  /**
   * The value in results, links and checkpoints from before this setting existed. Without it, `parseConfig` refuses
   * settings that lack the setting.
   */
  readonly absent?: Value;
}

/** Which numbers are allowed: from min to max, both included. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Whole numbers only. */
  readonly integer: boolean;
}

export interface NumberSpec extends Entry<number>, NumberRange {
  readonly kind: 'number';
  /** By how much an arrow key changes the value in the form, in the unit shown; 1 if not given. */
  readonly step?: number;
  /** The value is shown, and written on the command line, in 255ths, the steps of an 8-bit pixel. */
  readonly unit?: '/255';
}

export interface FlagSpec extends Entry<boolean> {
  readonly kind: 'flag';
}

export interface Choice {
  readonly value: string | number;
  /** Its text in the form. */
  readonly words: string;
}

export interface ChoiceSpec<C extends Choice = Choice> extends Entry<string | number> {
  readonly kind: 'choice';
  readonly choices: readonly C[];
}

export interface ListSpec extends Entry<readonly number[]> {
  readonly kind: 'list';
  readonly item: NumberRange;
  /** The smallest and the largest number of items. */
  readonly shortest: number;
  readonly longest: number;
  /** Lists that the form offers to choose from; without them the form needs a control for this setting alone. */
  readonly ready?: readonly (readonly number[])[];
}

/** A formula of core/formula: what a method of one's own ascends or minimises. */
export interface FormulaSpec extends Entry<string> {
  readonly kind: 'formula';
  readonly role: Role;
  /** Whether it may be left out, as empty text. */
  readonly optional: boolean;
  /** Others that make sense there. */
  readonly examples: readonly string[];
}

export type Spec = NumberSpec | FlagSpec | ChoiceSpec | ListSpec | FormulaSpec;

/** A setting of the whole experiment. */
export type SettingSpec = Spec & {
  /** Name on the command line, without the dashes. */
  readonly option: string;
};

/** A switch of a method. `variant` is its text in a contestant's label if it differs from the race's usual value. */
export type SwitchSpec =
  | (NumberSpec & { readonly variant: (value: number) => string })
  | (FlagSpec & { readonly variant: { readonly on: string; readonly off: string } })
  | ChoiceSpec<Choice & { readonly variant: string }>
  | FormulaSpec;

/** The type of a setting's value. */
export type ValueOf<S extends Spec> = S extends ChoiceSpec
  ? S['choices'][number]['value']
  : S extends NumberSpec
    ? number
    : S extends FlagSpec
      ? boolean
      : S extends FormulaSpec
        ? string
        : number[];
