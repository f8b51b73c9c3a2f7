/**
 * The table of settings: what every setting and every switch may be, its default, its words, and its name on the
 * command line. The schema (config.ts), the form, the command line and its export, contestants' labels and the notes
 * on official commands read it. A new setting is an entry in one of these groups, a new switch one in
 * `specs/switches.ts` and its name in the list of its methods.
 */
import type { Spec, ValueOf } from './spec.ts';
import { ATTACK } from './specs/attack.ts';
import { DATASET } from './specs/dataset.ts';
import { NETWORK } from './specs/network.ts';
import { OPTIMISER } from './specs/optimiser.ts';
import { RUN } from './specs/run.ts';
import { SWITCHES } from './specs/switches.ts';

/** By path in the experiment's configuration: `optimiser.epochs`, `seed`. */
export const SETTINGS = { ...DATASET, ...NETWORK, ...ATTACK, ...OPTIMISER, ...RUN } as const;

export type SettingPath = keyof typeof SETTINGS;
export type SettingValue<P extends SettingPath> = ValueOf<(typeof SETTINGS)[P]>;
export const SETTING_PATHS = Object.keys(SETTINGS) as SettingPath[];

export type SwitchName = keyof typeof SWITCHES;
export type Switches = { [N in SwitchName]: ValueOf<(typeof SWITCHES)[N]> };
export const SWITCH_NAMES = Object.keys(SWITCHES) as SwitchName[];

/** First parts of the paths that have two. */
export type SettingGroup = SettingPath extends infer P
  ? P extends `${infer G}.${string}`
    ? G
    : never
  : never;

/** The entries of a group by the second part of their paths. */
export type GroupSpecs<G extends SettingGroup> = {
  [P in SettingPath as P extends `${G}.${infer Name}` ? Name : never]: (typeof SETTINGS)[P];
};

export const groupSpecs = <G extends SettingGroup>(group: G): GroupSpecs<G> =>
  Object.fromEntries(
    Object.entries<Spec>(SETTINGS).flatMap(([path, spec]) =>
      path.startsWith(`${group}.`) ? [[path.slice(group.length + 1), spec]] : [],
    ),
  ) as GroupSpecs<G>;

/** The default of every entry, in the form that a configuration has. */
export const defaultsOf = <T extends Readonly<Record<string, Spec>>>(
  specs: T,
): { [K in keyof T]: ValueOf<T[K]> } =>
  Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      spec.kind === 'list' ? [...spec.default] : spec.default,
    ]),
  ) as { [K in keyof T]: ValueOf<T[K]> };
