/** Ranges of the settings, read from the schema: the form and, later, the table of settings take them from here. */
import { ConfigSchema, SwitchesSchema, type ExperimentConfig, type SwitchName } from './config.ts';

export interface Range {
  readonly min: number;
  readonly max: number;
  /** Whole numbers only. */
  readonly integer: boolean;
}

/** Paths of the numbers in `T`, one level deep: `seed`, `optimiser.epochs`. */
type NumberPath<T> = {
  [K in keyof T & string]: T[K] extends number
    ? K
    : T[K] extends readonly unknown[] | string | boolean
      ? never
      : { [L in keyof T[K] & string]: number extends T[K][L] ? `${K}.${L}` : never }[keyof T[K] & string];
}[keyof T & string];

/** Numbers of the config that have a range; `version` is a literal. */
export type SettingPath = Exclude<NumberPath<ExperimentConfig>, 'version'>;

interface Action {
  readonly type: string;
  readonly requirement?: unknown;
}
interface Schema {
  readonly pipe?: readonly Action[];
  readonly wrapped?: Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
}

/** The range that a schema of `minValue`, `maxValue` and perhaps `integer` allows. Throws Error where it has no bounds. */
function rangeOf(schema: Schema | undefined, name: string): Range {
  const { pipe = [] } = schema?.wrapped ?? schema ?? {};
  const bound = (type: string) => pipe.find((action) => action.type === type)?.requirement;
  const [min, max] = [bound('min_value'), bound('max_value')];
  if (typeof min !== 'number' || typeof max !== 'number')
    throw new Error(`The setting ${name} has no range: expected a number with minValue and maxValue.`);
  return { min, max, integer: pipe.some((action) => action.type === 'integer') };
}

/** The range of a setting of the experiment. */
export function rangeOfSetting(path: SettingPath): Range {
  const found = path
    .split('.')
    .reduce<Schema | undefined>((schema, key) => schema?.entries?.[key], ConfigSchema as unknown as Schema);
  return rangeOf(found, path);
}

/** The range of a switch that is a number. */
export const rangeOfSwitch = (name: SwitchName): Range =>
  rangeOf(SwitchesSchema.entries[name] as unknown as Schema, name);
