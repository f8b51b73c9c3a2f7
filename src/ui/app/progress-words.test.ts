import { expect, test } from 'vitest';
import { progressWords } from './progress-words.ts';

const at = {
  epoch: 2,
  step: 30,
  stepsDone: 30,
  stepsTotal: 1240,
  contestant: 'ARAT',
  phase: 'train' as const,
};
const progress = { ...at, imagesPerSecond: 812.4, secondsLeft: 75, loss: null };

test('given a race in training, then the line has epoch, step, speed and time left', () => {
  expect(progressWords(progress, 4, true)).toBe(
    'epoch 3 of 4, step 30 of 1,240, training ARAT, 812 images/s, about 1 min 15 s left',
  );
});

test('given the final evaluation, then the line names no epoch beyond the last', () => {
  const last = { ...progress, epoch: 4, phase: 'evaluate' as const, secondsLeft: 0.2 };
  expect(progressWords(last, 4, true)).toBe(
    'after epoch 4 of 4, step 30 of 1,240, evaluating ARAT, 812 images/s, almost done',
  );
  expect(progressWords({ ...last, phase: 'train' }, 4, true)).toContain('epoch 4 of 4');
});

test('given the evaluation before training, then the line says “before epoch 1” and has no speed', () => {
  const first = { ...progress, epoch: 0, phase: 'evaluate' as const, imagesPerSecond: 0, secondsLeft: null };
  expect(progressWords(first, 4, true)).toBe('before epoch 1, step 30 of 1,240, evaluating ARAT');
});

test.each([
  [0.034, '0.034 images/s'],
  [0.5, '0.5 images/s'],
  [9.96, '10 images/s'],
  [7.25, '7.3 images/s'],
])('given %d images per second, then the line says %s', (imagesPerSecond, words) => {
  expect(progressWords({ ...progress, imagesPerSecond }, 4, true)).toContain(`, ${words},`);
});

test('given a race that was stopped, then the line has no time left', () => {
  expect(progressWords(progress, 4, false)).not.toContain('left');
});
