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

test('given a race in training, then epoch, step, speed and time left are said', () => {
  expect(progressWords(progress, 4, true)).toBe(
    'epoch 3 of 4, step 30 of 1,240, training ARAT, 812 images/s, about 1 min 15 s left',
  );
});

test('given the final evaluation, when all epochs are done, then no epoch beyond the last is named', () => {
  const last = { ...progress, epoch: 4, phase: 'evaluate' as const, secondsLeft: 0.2 };
  expect(progressWords(last, 4, true)).toBe(
    'after epoch 4 of 4, step 30 of 1,240, evaluating ARAT, 812 images/s, almost done',
  );
  expect(progressWords({ ...last, phase: 'train' }, 4, true)).toContain('epoch 4 of 4');
});

test('given the evaluation before training, then no speed is claimed, and it is said to come before epoch 1', () => {
  const first = { ...progress, epoch: 0, phase: 'evaluate' as const, imagesPerSecond: 0, secondsLeft: null };
  expect(progressWords(first, 4, true)).toBe('before epoch 1, step 30 of 1,240, evaluating ARAT');
});

test.each([
  [0.034, '0.034 images/s'],
  [0.5, '0.5 images/s'],
  [9.96, '10 images/s'],
  [7.25, '7.3 images/s'],
])('given %d images a second, then the speed is %s, never 0', (imagesPerSecond, words) => {
  expect(progressWords({ ...progress, imagesPerSecond }, 4, true)).toContain(`, ${words},`);
});

test('given a race that was stopped, then no time left is said', () => {
  expect(progressWords(progress, 4, false)).not.toContain('left');
});
