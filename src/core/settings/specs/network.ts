import type { SettingSpec } from '../spec.ts';

export const NETWORK = {
  'network.family': {
    kind: 'choice',
    choices: [
      { value: 'resnet', words: 'ResNet' },
      { value: 'wide', words: 'Wide ResNet (pre-activation)' },
    ],
    default: 'resnet',
    absent: 'resnet',
    label: 'Architecture',
    help: 'A wide one has a first layer of 16 channels and normalises before its convolutions; WRN-34-10 has width 160 and blocks 5, 5, 5.',
    option: 'family',
  },
  'network.width': {
    kind: 'number',
    min: 1,
    max: 160,
    integer: true,
    default: 32,
    label: 'Width',
    help: 'Channels of the first stage, doubled in each later stage; ResNet-18 has 64, WRN-34-10 160.',
    option: 'width',
  },
  'network.blocks': {
    kind: 'list',
    item: { min: 1, max: 8, integer: true },
    shortest: 1,
    longest: 4,
    ready: [[1], [1, 1], [1, 1, 1], [1, 1, 1, 1], [2, 2, 2], [2, 2, 2, 2], [5, 5, 5]],
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
