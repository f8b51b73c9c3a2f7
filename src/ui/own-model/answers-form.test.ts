import { expect, it } from 'vitest';
import { CIFAR_10_STANDARDISATION, type ModelAnswers } from '../../core/nn/model-answers.ts';
import { answersOf, architectureText, formOf, suggestedLabel } from './answers-form.ts';

const DEFAULTS: ModelAnswers = { prefix: '', stemStride: 1, input: { kind: 'none' }, bnSet: 'adv' };

it.each<[string, ModelAnswers]>([
  ['pixels as they are', DEFAULTS],
  ['a scale', { ...DEFAULTS, stemStride: 2, input: { kind: 'scale', scale: 4 } }],
  ['standardised pixels', { ...DEFAULTS, prefix: 'model.', input: CIFAR_10_STANDARDISATION, bnSet: 'clean' }],
])(
  'given suggestions with %s, when nothing is changed, then the answers are the suggestions',
  (_, answers) => {
    expect(answersOf(formOf('mine', answers))).toEqual(answers);
  },
);

it('given numbers separated by spaces or commas, when read, then they are the same', () => {
  const form = {
    ...formOf('mine', DEFAULTS),
    kind: 'standardise' as const,
    mean: '0.5 0.5 0.5',
    std: '1,1,  1',
  };
  expect(answersOf(form)).toMatchObject({ input: { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] } });
});

it.each([
  [{ kind: 'standardise' as const, mean: '0.5, 0.5' }, /mean needs three numbers/],
  [{ kind: 'standardise' as const, std: '0, 1, 1' }, /standard deviation needs three/],
  [{ kind: 'scale' as const, scale: '' }, /scale of the pixels/],
  [{ kind: 'scale' as const, scale: 'four' }, /scale of the pixels/],
  [{ label: '  ' }, /needs a name/],
])('given the fields %j, when read, then one sentence says what is wrong', (change, sentence) => {
  expect(answersOf({ ...formOf('mine', DEFAULTS), ...change })).toMatch(sentence);
});

it('given a file with or without a contestant in it, then the suggested name is one of both', () => {
  expect(suggestedLabel('trades_cifar10.safetensors', null)).toBe('trades_cifar10');
  expect(suggestedLabel('x.safetensors', 'ARAT')).toBe('ARAT (file)');
  expect(suggestedLabel('.safetensors', null)).toBe('Opened model');
});

it('given ResNet-18, then its text has width, blocks, classes, parameters and BatchNorm sets', () => {
  expect(architectureText({ width: 64, blocks: [2, 2, 2, 2], classes: 10, splitBn: true })).toBe(
    'a ResNet of width 64, blocks 2, 2, 2, 2, 10 classes, 11.2 M parameters, two BatchNorm sets',
  );
});
