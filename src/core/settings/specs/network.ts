import type { SettingSpec } from '../spec.ts';

export const NETWORK = {
  'network.width': {
    kind: 'number',
    min: 1,
    max: 128,
    integer: true,
    default: 32,
    label: 'Width',
    help: 'Channels of the first stage, doubled in each later stage; ResNet-18 has 64.',
    option: 'width',
  },
  'network.blocks': {
    kind: 'list',
    item: { min: 1, max: 8, integer: true },
    shortest: 1,
    longest: 4,
    ready: [[1], [1, 1], [1, 1, 1], [1, 1, 1, 1], [2, 2, 2], [2, 2, 2, 2]],
    default: [1, 1, 1],
    label: 'Blocks per stage',
    help: 'Residual blocks of two convolutions, stage by stage.',
    option: 'blocks',
  },
  'network.stemStride': {
    kind: 'choice',
    choices: [
      { value: 1, words: '1 (official)' },
      { value: 2, words: '2, a quarter of the cost' },
    ],
    default: 2,
    label: 'Stride of the first layer',
    help: 'With 2 the network works on images of half the height and width.',
    option: 'stem-stride',
  },
  'network.inputScale': {
    kind: 'number',
    min: 0,
    max: 16,
    integer: false,
    default: 4,
    label: 'Input scale',
    help: 'The network sees (x − 0.5) times this number, or x itself if it is 0.',
    option: 'input-scale',
  },
} as const satisfies Readonly<Record<string, SettingSpec>>;
