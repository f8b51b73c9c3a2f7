import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ALL_PARTS, COMBINATIONS, contestantOf, partsKey, partsOf } from '../../core/experiments/parts.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { parseConfig, type ExperimentConfig } from '../../core/settings/config.ts';

const page = vi.hoisted(() => ({ config: null as unknown, trained: [] as unknown[] }));
vi.mock('../state/store.ts', () => ({
  usePage: { getState: () => ({ config: page.config }) },
  workbench: {
    setConfig: (config: unknown) => (page.config = config),
    train: () => Promise.resolve(page.trained.push(page.config)),
  },
}));
vi.mock('../app/load-settings.ts', () => ({ takePreset: () => {} }));
const { trainParts } = await import('./TrainCards.tsx');
const config = () => page.config as ExperimentConfig;

beforeEach(() => {
  page.config = PRESETS.quick;
  page.trained = [];
});

describe('“Train this”', () => {
  it.each(COMBINATIONS.map((parts) => [partsKey(parts), parts] as const))(
    'given the combination %s, when it is trained, then the race is ARAT and that combination, and its settings are valid',
    (key, parts) => {
      trainParts(parts);
      const keys = config().contestants.map((c) => partsKey(partsOf(c)!));
      const arat = partsKey(ALL_PARTS);
      expect(keys).toEqual(key === arat ? [arat] : [arat, key]);
      expect(() => parseConfig(config())).not.toThrow();
      expect(page.trained).toEqual([config()]);
    },
  );

  it('given settings of the visitor’s own, then only the line-up changes', () => {
    const own: ExperimentConfig = {
      ...PRESETS.demo,
      preset: 'custom',
      seed: 9,
      optimiser: { ...PRESETS.demo.optimiser, epochs: 3 },
    };
    page.config = own;
    trainParts({ ...ALL_PARTS, splitBn: false });
    expect({ ...config(), contestants: [] }).toEqual({ ...own, contestants: [] });
  });

  it.each(['quick', 'official'] as const)(
    'given the preset %s, then both have its invariance weight',
    (name) => {
      page.config = PRESETS[name];
      const base = PRESETS[name].contestants[0].switches;
      trainParts({ ...ALL_PARTS, predictor: false });
      expect(config().contestants).toEqual([
        contestantOf(ALL_PARTS, base),
        contestantOf({ ...ALL_PARTS, predictor: false }, base),
      ]);
    },
  );
});
