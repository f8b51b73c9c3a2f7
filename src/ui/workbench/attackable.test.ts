import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import { CIFAR10_CLASSES } from '../../core/data/class-names.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { attackable, type AttackablePage } from './attackable.ts';
import type { OpenedModel } from './opened.ts';

const config = (source: 'synthetic' | 'embedded' | 'cifar10', classes: number[]): ExperimentConfig => ({
  ...PRESETS.quick,
  dataset: { source, classes, trainSize: 64, testSize: 32 },
});

const opened = (label: string, classes: number): OpenedModel => ({
  id: label,
  label,
  fileName: `${label}.safetensors`,
  classes,
  answers: { prefix: '', stemStride: 1, input: { kind: 'none' }, bnSet: 'adv' },
  spec: { width: 4, blocks: [1], stemStride: 1, inputScale: 0, classes, splitBn: false },
  sha256: null,
});

const EMPTY: AttackablePage = {
  race: null,
  shown: 'recorded',
  ownRace: false,
  config: config('embedded', [0, 1, 2, 3]),
  ownConfig: config('synthetic', [0, 1]),
  ownClassNames: ['disc', 'ring'],
  data: {},
  opened: [],
  failed: new Map(),
};
const WITH_RACE: AttackablePage = { ...EMPTY, race: 'complete', shown: 'live', ownRace: true };

describe('what can be attacked', () => {
  it('given neither a race nor an opened model, then a sentence says so and there is no choice of images', () => {
    const { unavailable, none, choices, choice } = attackable(EMPTY, { wanted: 'race' });
    expect(none).toBe(true);
    expect(unavailable).toMatch(/press Train/);
    expect(choices).toEqual([]);
    expect(choice).toBe('race');
  });

  it('given a CIFAR-10 model and no race, then it is attacked on the images that the settings choose', () => {
    const page = { ...EMPTY, opened: [opened('mine', 10)] };
    const { unavailable, none, images, labels, missing, among } = attackable(page, { wanted: 'race' });
    expect(none).toBe(false);
    expect(unavailable).toBeNull();
    expect(images).toEqual({ dataset: page.config.dataset, seed: page.config.seed });
    expect(labels).toEqual(['mine']);
    expect([...missing]).toEqual([]);
    expect(among).toEqual([
      'mine tells 10 classes apart; it answers among the 4 classes of these images, and its other outputs are left out.',
    ]);
  });

  it('given a race and two opened models, then those that know its classes are beside its contestants, and the other has its reason', () => {
    const page = { ...WITH_RACE, opened: [opened('two', 2), opened('hundred', 100)] };
    const { images, labels, missing, choices, among } = attackable(page, { wanted: 'race' });
    expect(images).toBeUndefined();
    expect(labels).toEqual([...page.ownConfig!.contestants.map((c) => c.label), 'two']);
    expect(among).toEqual([]);
    expect(missing.get('hundred')).toMatch(/100 classes apart, and these images have 2 of 10/);
    expect(choices.map((c) => c.value)).toEqual(['race', 'settings']);
  });

  it('given a race, when the images of the settings are wanted, then the opened models alone are attacked', () => {
    const page = { ...WITH_RACE, opened: [opened('mine', 10)] };
    const { choice, labels, classNames } = attackable(page, { wanted: 'settings' });
    expect(choice).toBe('settings');
    expect(labels).toEqual(['mine']);
    expect(classNames).toEqual(['airplane', 'automobile', 'frog', 'horse']);
  });

  it('given images that would have to be downloaded, then nothing is attacked before they are loaded', () => {
    const page = { ...EMPTY, config: config('cifar10', [0, 1]), opened: [opened('mine', 10)] };
    expect(attackable(page, { wanted: 'settings' }).unavailable).toMatch(/CIFAR-10.*not loaded yet/);
    const summary = {
      source: 'cifar10',
      provenance: '',
      classNames: CIFAR10_CLASSES,
      trainCount: 1,
      testCount: 1,
      perClass: { train: Array<number>(10).fill(5000), test: Array<number>(10).fill(1000) },
      checksum: '',
    } as const;
    expect(
      attackable({ ...page, data: { cifar10: summary } }, { wanted: 'settings' }).unavailable,
    ).toBeNull();
  });

  it('given a race that trains, then a stress test of opened models waits, and an example does not', () => {
    const page = { ...WITH_RACE, race: 'running' as const, opened: [opened('mine', 10)] };
    expect(attackable(page, { exclusive: true, wanted: 'settings' }).unavailable).toMatch(
      /A race is training/,
    );
    expect(attackable(page, { wanted: 'settings' }).unavailable).toBeNull();
  });

  it('given a contestant without a model, then it is missing with its reason', () => {
    const page = { ...WITH_RACE, failed: new Map([['AT', 'AT diverged.']]) };
    expect(attackable(page, { wanted: 'race' }).missing.get('AT')).toBe(
      'No model, because its training failed: AT diverged.',
    );
  });
});
