import { Box, Group, Stack, Text } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import type { LossSlice } from '../../core/analysis/loss-slice.ts';
import type { SliceData } from '../keep/figure-panels.ts';
import { percent } from '../shared/format.ts';
import { VIRIDIS_CSS } from './pixels.ts';
import { boundaryPath, slicePixels, wrongShare } from './slice.ts';

interface Props {
  readonly slice: LossSlice;
  /** Losses at the ends of the colour scale, the same for all models. */
  readonly range: readonly [number, number];
  /** ||x' - x|| / eps, the place of x' on the middle row; 0 if there is no x'. */
  readonly reach: number;
  readonly label: string;
}

const MAX_WIDTH = 240;

/**
 * Heat map of the loss in the plane of the attack's direction and a random one, with the line between right and wrong
 * predictions.
 */
export function SlicePicture({ slice, range, reach, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { side } = slice;
  const [low, high] = range;
  const boundary = useMemo(() => boundaryPath(slice), [slice]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const pixels = new ImageData(side, side);
    pixels.data.set(slicePixels(slice, low, high));
    context.putImageData(pixels, 0, 0);
  }, [slice, side, low, high]);
  const middle = side / 2;
  const wrong = wrongShare(slice);
  return (
    <Stack gap="2xs" align="center" data-slice={JSON.stringify({ label, range } satisfies SliceData)}>
      <Text size="sm" fw={600}>
        Loss around the image
      </Text>
      <Box
        pos="relative"
        w="100%"
        maw={MAX_WIDTH}
        role="img"
        aria-label={`Slice of the cross-entropy around the image, ${label}: wrong at ${percent(wrong, 0)} of the points in the ball; colours from ${low.toFixed(2)} to ${high.toFixed(2)}`}
      >
        <canvas
          ref={canvas}
          width={side}
          height={side}
          style={{ width: '100%', aspectRatio: '1', imageRendering: 'pixelated', display: 'block' }}
        />
        <svg
          viewBox={`0 0 ${side} ${side}`}
          style={{ position: 'absolute', inset: 0, width: '100%', height: '100%' }}
          aria-hidden
        >
          {['#000', '#fff'].map((stroke, i) => (
            <g key={stroke} stroke={stroke} strokeWidth={i === 0 ? 0.34 : 0.16} fill="none">
              <path d={boundary} strokeLinecap="square" />
              <circle cx={middle} cy={middle} r={0.55} />
              {reach > 0 && (
                <path
                  d={`M${middle + (reach * (side - 1)) / 2 - 0.45} ${middle - 0.45}l.9 .9m0 -.9l-.9 .9`}
                />
              )}
            </g>
          ))}
        </svg>
      </Box>
      <Text size="xs" c="dimmed" ta="center">
        → the attack’s direction, ↑ a random one, each from −ε to ε. ○ x, × x′
        {boundary ? ', line: where the answer turns wrong' : '; the answer is the same everywhere'}
      </Text>
      <Group gap="xs" wrap="nowrap" w="100%" maw={MAX_WIDTH}>
        <Text size="xs">{low.toFixed(2)}</Text>
        <div aria-hidden style={{ flex: 1, height: 10, borderRadius: 3, background: VIRIDIS_CSS }} />
        <Text size="xs">{high.toFixed(2)}</Text>
      </Group>
      <Text size="xs" c="dimmed">
        cross-entropy, nats; faded: outside the ball
      </Text>
    </Stack>
  );
}
