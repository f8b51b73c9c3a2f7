import { expect, test } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import { settingsInWords } from './settings-words.ts';

test('given the quick preset, then its line names preset, contestants, images and epochs', () => {
  const { contestants, dataset, optimiser } = PRESETS.quick;
  expect(settingsInWords(PRESETS.quick)).toBe(
    `quick preset, ${contestants.length} contestants, ${dataset.trainSize.toLocaleString('en')} images of CIFAR-10 (4 classes), ${optimiser.epochs} epochs`,
  );
});

test('given own settings with one contestant, one epoch and three seeds, then the line says so in the singular and names the seeds', () => {
  const { contestants, optimiser } = PRESETS.quick;
  const config = {
    ...PRESETS.quick,
    preset: 'custom' as const,
    contestants: contestants.slice(0, 1),
    optimiser: { ...optimiser, epochs: 1 },
    repeats: 3,
  };
  expect(settingsInWords(config)).toMatch(/^own settings, 1 contestant, .*, 1 epoch, 3 seeds$/);
});
