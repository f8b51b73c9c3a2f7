/** Cost of a network: multiply-adds counted as two operations, convolutions and the linear layer only. */
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../data/dataset.ts';

interface Shape {
  readonly width: number;
  readonly blocks: readonly number[];
  readonly stemStride: 1 | 2;
  readonly classes: number;
}

/** FLOP of one forward pass of one image, and trainable parameters with one BatchNorm set and no predictor. Free of tensors. */
export function networkCost(spec: Shape): { flopPerImage: number; parameters: number } {
  let size = Math.ceil(IMAGE_SIZE / spec.stemStride);
  let flop = 0;
  let parameters = 0;
  const conv = (k: number, inChannels: number, channels: number) => {
    flop += 2 * k * k * inChannels * channels * size * size;
    parameters += k * k * inChannels * channels + 2 * channels;
  };
  conv(3, IMAGE_CHANNELS, spec.width);
  let inChannels = spec.width;
  spec.blocks.forEach((count, stage) => {
    const channels = spec.width * 2 ** stage;
    for (let i = 0; i < count; i++) {
      const stride = i === 0 && stage > 0 ? 2 : 1;
      size = Math.ceil(size / stride);
      conv(3, inChannels, channels);
      conv(3, channels, channels);
      if (stride !== 1 || inChannels !== channels) conv(1, inChannels, channels);
      inChannels = channels;
    }
  });
  flop += 2 * inChannels * spec.classes;
  parameters += inChannels * spec.classes + spec.classes;
  return { flopPerImage: flop, parameters };
}
