/** Cosine by layer as a strip of cells, latest measurement: blue agrees, orange pulls apart. */
import { Group, Stack, Text, Tooltip } from '@mantine/core';
import { memo } from 'react';
import type { RunResult } from '../../core/results.ts';
import { useInTurn } from '../state/turns.ts';

const RECENT = 5;

/** Mean over the last few measurements: single batches are noisy. */
function recentByLayer(run: RunResult): [string, number][] {
  const points = run.gradientConflict.slice(-RECENT);
  const names = Object.keys(points[points.length - 1]?.perLayer ?? {});
  return names.map((name) => [
    name,
    points.reduce((sum, p) => sum + (p.perLayer[name] ?? 0), 0) / points.length,
  ]);
}

/** Never so strong that the page's text colour on it falls below 4.5:1. */
function colourOf(cosine: number): string {
  const strength = Math.round(Math.min(1, Math.abs(cosine) / 0.6) * 42);
  return `color-mix(in srgb, ${cosine >= 0 ? '#0072b2' : '#d55e00'} ${strength}%, var(--mantine-color-body))`;
}

/** Points are never changed once made. */
const sameMeasurements = (a: RunResult, b: RunResult): boolean =>
  a.label === b.label &&
  a.gradientConflict.length === b.gradientConflict.length &&
  a.gradientConflict.at(-1) === b.gradientConflict.at(-1);

/** Drawn in turn with the charts. */
export function LayerStrip({ run }: { readonly run: RunResult }) {
  const shown = useInTurn(run, sameMeasurements);
  return shown && <Strip run={shown} />;
}

const Strip = memo(function Strip({ run }: { readonly run: RunResult }) {
  const layers = recentByLayer(run);
  if (layers.length === 0) return null;
  const text = layers.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(', ');
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {run.label}
      </Text>
      <Group gap={3} role="img" aria-label={`Gradient cosine by layer of ${run.label}: ${text}`} wrap="wrap">
        {layers.map(([name, value]) => (
          <Tooltip key={name} label={`${name}: ${value.toFixed(2)}`}>
            <div
              style={{
                background: colourOf(value),
                minWidth: 44,
                flex: '1 1 44px',
                padding: '6px 2px',
                borderRadius: 4,
                textAlign: 'center',
                fontSize: 11,
                color: 'var(--mantine-color-text)',
              }}
            >
              {value.toFixed(2)}
            </div>
          </Tooltip>
        ))}
      </Group>
    </Stack>
  );
});
