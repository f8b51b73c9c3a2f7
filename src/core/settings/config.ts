/**
 * The schema of an experiment: all settings that decide its numbers on a given device. The range of each setting is in
 * specs.ts. Untrusted input (URL, file, storage) goes through `parseConfig`.
 */
import * as v from 'valibot';
import { METHOD_IDS, type MethodId } from '../methods/catalogue.ts';
import { objectOf, schemaOf } from './schema.ts';
import { defaultsOf, groupSpecs, SETTINGS, type Switches, type SwitchName } from './specs.ts';
import { SWITCHES } from './specs/switches.ts';
import { visibleText } from './visible-text.ts';

export const CONFIG_VERSION = 1;

/** The most contestants in one race. */
export const MOST_CONTESTANTS = 24;

export { METHOD_IDS, type MethodId, type Switches, type SwitchName };

export const BACKEND_CHOICES = ['auto', 'webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];
export type BackendName = Exclude<BackendChoice, 'auto'>;

export const SwitchesSchema = objectOf(SWITCHES);
export const DEFAULT_SWITCHES: Switches = defaultsOf(SWITCHES);

/** 1 to 80 characters, trimmed. Hidden characters become visible, since a label may come from a stranger's link. */
export const LabelSchema = v.pipe(
  v.string(),
  v.trim(),
  v.transform(visibleText),
  v.minLength(1),
  v.maxLength(80),
);

/** One contestant: a method with its switches under a label that is unique in the race. */
export const ContestantSchema = v.strictObject({
  label: LabelSchema,
  method: v.picklist(METHOD_IDS),
  switches: SwitchesSchema,
});
export type Contestant = v.InferOutput<typeof ContestantSchema>;

/**
 * The weights that training starts from in place of random ones. The file is not part of the settings: whoever trains
 * with them must have it.
 */
export const StartSchema = v.strictObject({
  /** The name of the file, to be told which one is needed. */
  file: LabelSchema,
  /** Of the whole file, in hexadecimal. */
  sha256: v.pipe(
    v.string(),
    v.regex(/^[0-9a-f]{64}$/, 'the SHA-256 of a file is expected: 64 hexadecimal digits'),
  ),
  /** What stands before the names of the network's tensors in the file. */
  prefix: v.pipe(v.string(), v.maxLength(80)),
});
export type StartOfTraining = v.InferOutput<typeof StartSchema>;

/** Keep the order of the fields: a checkpoint belongs to the race whose settings have the same JSON. */
export const ConfigSchema = v.strictObject({
  version: v.literal(CONFIG_VERSION),
  /** The preset that the settings started from, for the page only; `custom` once they differ from it. */
  preset: v.picklist(['quick', 'demo', 'standard', 'official', 'custom']),
  dataset: objectOf(groupSpecs('dataset')),
  network: objectOf(groupSpecs('network')),
  attack: objectOf(groupSpecs('attack')),
  evaluation: objectOf(groupSpecs('evaluation')),
  optimiser: objectOf(groupSpecs('optimiser')),
  precision: schemaOf(SETTINGS.precision),
  augmentation: objectOf(groupSpecs('augmentation')),
  initialBalance: schemaOf(SETTINGS.initialBalance),
  balanceImages: schemaOf(SETTINGS.balanceImages),
  contestants: v.pipe(
    v.array(ContestantSchema),
    v.minLength(1),
    v.maxLength(MOST_CONTESTANTS),
    v.check((c) => new Set(c.map((x) => x.label)).size === c.length, 'labels must differ'),
  ),
  conflictEvery: schemaOf(SETTINGS.conflictEvery),
  pairImages: schemaOf(SETTINGS.pairImages),
  seed: schemaOf(SETTINGS.seed),
  repeats: schemaOf(SETTINGS.repeats),
  /** Absent: training starts from random weights. */
  start: v.optional(StartSchema),
});
export type ExperimentConfig = v.InferOutput<typeof ConfigSchema>;

/**
 * Validates untrusted input; settings from before a setting existed get its `absent` value. Throws `Error` with one
 * sentence that names the first invalid field.
 */
export function parseConfig(input: unknown): ExperimentConfig {
  const result = v.safeParse(ConfigSchema, input);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  throw new Error(`The experiment's settings are not valid: ${path ? `${path}: ` : ''}${issue.message}`);
}
