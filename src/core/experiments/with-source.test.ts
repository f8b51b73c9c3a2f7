import { describe, expect, it, test } from 'vitest';
import { DATA_SOURCE_IDS, SOURCES } from '../data/sources/catalogue.ts';
import { parseConfig } from '../settings/config.ts';
import { PRESETS } from './presets.ts';
import { mostImages, withSource } from './with-source.ts';

const { official } = PRESETS;
const quick = { ...PRESETS.quick, dataset: { ...PRESETS.demo.dataset, trainSize: 1024, testSize: 512 } };

describe('withSource', () => {
  it('given classes that both sources have, when the source changes there and back, then they are the same classes', () => {
    const there = withSource({ ...quick, dataset: { ...quick.dataset, classes: [1, 7] } }, 'embedded');
    expect(there.dataset).toEqual({ source: 'embedded', classes: [1, 3], trainSize: 512, testSize: 400 });
    expect(there.dataset.classes.map((c) => SOURCES.embedded.classNames[c])).toEqual(['automobile', 'horse']);
    expect(withSource(there, 'cifar10').dataset).toMatchObject({ source: 'cifar10', classes: [1, 7] });
  });

  it('given classes that the source lacks, when the source changes, then they become as many of its first ones', () => {
    const two = { ...quick, dataset: { ...quick.dataset, classes: [0, 5] } };
    expect(withSource(two, 'embedded').dataset.classes).toEqual([0, 1]);
    const { dataset } = withSource(official, 'embedded');
    expect(dataset).toEqual({ source: 'embedded', classes: [0, 1, 2, 3], trainSize: 1024, testSize: 800 });
  });

  it('given the same source, when chosen again, then nothing changes', () => {
    const odd = { ...quick, dataset: { ...quick.dataset, classes: [0, 55] } };
    expect(withSource(odd, odd.dataset.source)).toBe(odd);
  });
});

test.each(Object.values(PRESETS).flatMap((p) => DATA_SOURCE_IDS.map((id) => [p.preset, id, p] as const)))(
  'given the preset %s, when moved to %s, then it can be trained there',
  (_, id, preset) => {
    const { dataset } = parseConfig(withSource(preset, id));
    const { classes, trainSize, testSize } = dataset;
    expect(Math.max(...classes)).toBeLessThan(SOURCES[id].limits.classes);
    expect(trainSize).toBeLessThanOrEqual(mostImages(id, classes.length, 'train'));
    expect(testSize).toBeLessThanOrEqual(mostImages(id, classes.length, 'test'));
  },
);
