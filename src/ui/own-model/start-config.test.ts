import { expect, it } from 'vitest';
import { PRESETS } from '../../core/experiments/presets.ts';
import type { InputTransform } from '../../core/nn/model-answers.ts';
import { configError } from '../workbench/race-rules.ts';
import type { OpenedModel } from '../workbench/opened.ts';
import { settingsDiff } from '../keep/settings-diff.ts';
import { experimentCommand } from '../keep/experiment-command.ts';
import { startingFrom } from './start-config.ts';

const SHA256 = 'ab'.repeat(32);
const MODEL: OpenedModel = {
  ...{ id: '1', label: 'Mine', fileName: "it's mine.safetensors", classes: 4, sha256: SHA256 },
  answers: { prefix: 'module.', stemStride: 1, input: { kind: 'none' }, bnSet: 'adv' },
  spec: { width: 8, blocks: [2, 2], stemStride: 1, inputScale: 0, classes: 4, splitBn: true },
};
const { quick } = PRESETS;

it('given an opened model, when training starts from it, then the settings have its network and name its file', () => {
  const next = startingFrom(quick, MODEL);
  expect(next).toEqual({
    ...quick,
    preset: 'custom',
    network: { family: 'resnet', width: 8, blocks: [2, 2], stemStride: 1, inputScale: 0 },
    start: { file: "it's mine.safetensors", sha256: SHA256, prefix: 'module.' },
  });
});

const input = (transform: InputTransform): OpenedModel => ({
  ...MODEL,
  answers: { ...MODEL.answers, input: transform },
});
it.each<[string, OpenedModel, RegExp]>([
  [
    'has other classes',
    { ...MODEL, spec: { ...MODEL.spec, classes: 10 } },
    /classes 10 in the file, 4 in the settings/,
  ],
  [
    'standardises its input',
    input({ kind: 'standardise', mean: [0, 0, 0], std: [1, 1, 1] }),
    /this model sees \(x − mean\)/,
  ],
  ['has no digest', { ...MODEL, sha256: null }, /https/],
  ['is wider than the settings allow', { ...MODEL, spec: { ...MODEL.spec, width: 640 } }, /network.width/],
])('given a model that %s, then a sentence says why training cannot start from it', (_, model, sentence) => {
  expect(startingFrom(quick, model)).toMatch(sentence);
});

it('given settings of a link that start from a file, then they cannot be trained until it is open, and a command and a difference name it', () => {
  const config = startingFrom(quick, MODEL);
  if (typeof config === 'string') throw new Error(config);
  expect(configError(config, {}, [])).toMatch(
    /^Training starts from the weights in it's mine\.safetensors .*open it first\.$/,
  );
  expect(configError(config, {}, [{ ...MODEL, answers: { ...MODEL.answers, prefix: '' } }])).toMatch(
    /open it first/,
  );
  expect(configError(config, {}, [MODEL])).toBeNull();
  const other = { ...config, network: { ...config.network, width: 9 } };
  expect(configError(other, {}, [MODEL])).toMatch(/width 8 in the file, 9 in the settings/);
  const { command, notes } = experimentCommand(config, 'CIFAR-10');
  expect(command).toContain("--start 'it'\\''s mine.safetensors' --start-network module.");
  expect(notes.join(' ')).toContain(SHA256);
  expect(settingsDiff([{ ...config, start: undefined }, config])).toEqual([
    { label: 'Start of training', values: ['random weights', "it's mine.safetensors (abababab)"] },
  ]);
});
