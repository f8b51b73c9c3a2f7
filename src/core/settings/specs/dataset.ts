import { DATA_SOURCES } from '../../data/sources/catalogue.ts';
import type { SettingSpec } from '../spec.ts';

/** Added to a source's name in the picker: where its images come from. */
const HOW = {
  generated: ' (built in, offline)',
  hosted: ' (comes with this page)',
  download: ' (loaded on demand)',
  files: '',
} as const;

export const DATASET = {
  'dataset.source': {
    kind: 'choice',
    choices: DATA_SOURCES.map(({ id, name, kind }) => ({ value: id, words: `${name}${HOW[kind]}` })),
    default: 'synthetic',
    label: 'Dataset',
    help: 'Where the images come from.',
    option: 'dataset',
  },
  'dataset.classes': {
    kind: 'list',
    item: { min: 0, max: 99, integer: true },
    shortest: 2,
    longest: 100,
    // CIFAR-10's airplane, automobile, frog, horse: four classes that a short run can tell apart.
    default: [0, 1, 6, 7],
    label: 'Classes (at least two)',
    help: 'The classes by their numbers in the data, ascending; the network numbers them from 0 in this order.',
    option: 'classes',
  },
  'dataset.trainSize': {
    kind: 'number',
    min: 8,
    max: 50_000,
    integer: true,
    default: 4000,
    step: 256,
    label: 'Training images',
    help: 'In all, divided equally among the classes.',
    option: 'train-size',
  },
  'dataset.testSize': {
    kind: 'number',
    min: 4,
    max: 10_000,
    integer: true,
    default: 2000,
    step: 128,
    label: 'Test images',
    help: 'The final table is measured on all of them.',
    option: 'test-size',
  },
} as const satisfies Readonly<Record<string, SettingSpec>>;
