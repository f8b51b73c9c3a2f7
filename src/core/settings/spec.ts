/**
 * What the table of settings (specs.ts) says of one setting: what it may be, and its words. Everything that shows or
 * reads one takes it from there.
 */

interface Entry<Value> {
  readonly label: string;
  /** What it does, in one sentence. */
  readonly help: string;
  /** As in the preset `demo`. */
  readonly default: Value;
  /** What a result, link or checkpoint stands for that was written before this setting was here. */
  readonly absent?: Value;
}

/** What a number may be. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Whole numbers only: no digits after the point. */
  readonly integer: boolean;
}

export interface NumberSpec extends Entry<number>, NumberRange {
  readonly kind: 'number';
  /** What one press of an arrow key in the form changes, in the unit shown; 1 where it is left out. */
  readonly step?: number;
  /** Shown, and read from the command line, as so many 255ths, the steps of an 8-bit pixel. */
  readonly unit?: '/255';
}

export interface FlagSpec extends Entry<boolean> {
  readonly kind: 'flag';
}

export interface Choice {
  readonly value: string | number;
  /** In the form. */
  readonly words: string;
}

export interface ChoiceSpec<C extends Choice = Choice> extends Entry<string | number> {
  readonly kind: 'choice';
  readonly choices: readonly C[];
}

export interface ListSpec extends Entry<readonly number[]> {
  readonly kind: 'list';
  readonly item: NumberRange;
  /** The fewest and the most items. */
  readonly shortest: number;
  readonly longest: number;
  /** Lists that the form offers; without them the form needs a control of its own. */
  readonly ready?: readonly (readonly number[])[];
}

export type Spec = NumberSpec | FlagSpec | ChoiceSpec | ListSpec;

/** A setting of the whole experiment. */
export type SettingSpec = Spec & {
  /** Name on the command line, without the dashes. */
  readonly option: string;
};

/** A switch of a method, with what the label of a contestant says where it differs from the race's usual value. */
export type SwitchSpec =
  | (NumberSpec & { readonly variant: (value: number) => string })
  | (FlagSpec & { readonly variant: { readonly on: string; readonly off: string } })
  | ChoiceSpec<Choice & { readonly variant: string }>;

/** The type of a setting's value. */
export type ValueOf<S extends Spec> = S extends ChoiceSpec
  ? S['choices'][number]['value']
  : S extends NumberSpec
    ? number
    : S extends FlagSpec
      ? boolean
      : number[];
