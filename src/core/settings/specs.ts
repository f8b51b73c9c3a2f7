/**
 * The table of settings: range, default, words and command-line name of every setting and switch. The schema
 * (config.ts), the form, the command line, the exported command, contestants' labels and the notes on official commands
 * read it. To add a setting, add an entry to one of these groups; to add a switch, add an entry to `specs/switches.ts`
 * and its name to the `switches` of each method that reads it.
 */
import type { Spec, ValueOf } from './spec.ts';
import { ATTACK } from './specs/attack.ts';
import { DATASET } from './specs/dataset.ts';
import { NETWORK } from './specs/network.ts';
import { OPTIMISER } from './specs/optimiser.ts';
import { RUN } from './specs/run.ts';
import { SWITCHES } from './specs/switches.ts';

/** The entries by path in the experiment's configuration: `optimiser.epochs`, `seed`. */
export const SETTINGS = { ...DATASET, ...NETWORK, ...ATTACK, ...OPTIMISER, ...RUN } as const;

export type SettingPath = keyof typeof SETTINGS;
export type SettingValue<P extends SettingPath> = ValueOf<(typeof SETTINGS)[P]>;
export const SETTING_PATHS = Object.keys(SETTINGS) as SettingPath[];

export type SwitchName = keyof typeof SWITCHES;
export type Switches = { [N in SwitchName]: ValueOf<(typeof SWITCHES)[N]> };
export const SWITCH_NAMES = Object.keys(SWITCHES) as SwitchName[];

/** The first part of each path with two parts: `optimiser`. */
export type SettingGroup = SettingPath extends infer P
  ? P extends `${infer G}.${string}`
    ? G
    : never
  : never;

/** The entries of one group, by the second part of their paths. */
export type GroupSpecs<G extends SettingGroup> = {
  [P in SettingPath as P extends `${G}.${infer Name}` ? Name : never]: (typeof SETTINGS)[P];
};

export const groupSpecs = <G extends SettingGroup>(group: G): GroupSpecs<G> =>
  Object.fromEntries(
    Object.entries<Spec>(SETTINGS).flatMap(([path, spec]) =>
      path.startsWith(`${group}.`) ? [[path.slice(group.length + 1), spec]] : [],
    ),
  ) as GroupSpecs<G>;

/** The defaults of these entries by name, as a configuration holds them; lists are copied. */
export const defaultsOf = <T extends Readonly<Record<string, Spec>>>(
  specs: T,
): { [K in keyof T]: ValueOf<T[K]> } =>
  Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      spec.kind === 'list' ? [...spec.default] : spec.default,
    ]),
  ) as { [K in keyof T]: ValueOf<T[K]> };
