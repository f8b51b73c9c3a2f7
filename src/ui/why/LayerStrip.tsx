/** Cosine by layer as a strip of cells, latest measurement: blue agrees, orange pulls apart. */
import { Group, Stack, Text, Tooltip } from '@mantine/core';
import { memo } from 'react';
import type { SeedRuns } from '../../core/spread.ts';
import { useInTurn } from '../state/turns.ts';

const RECENT = 5;

/** Mean over the last few measurements of every seed: single batches are noisy. */
function recentByLayer({ runs }: SeedRuns): [string, number][] {
  const points = runs.flatMap((run) => run.gradientConflict.slice(-RECENT));
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
const sameMeasurements = (a: SeedRuns, b: SeedRuns): boolean =>
  a.label === b.label &&
  a.runs.length === b.runs.length &&
  a.runs.every(
    ({ gradientConflict: mine }, i) =>
      mine.length === b.runs[i].gradientConflict.length && mine.at(-1) === b.runs[i].gradientConflict.at(-1),
  );

/** Drawn in turn with the charts. */
export function LayerStrip({ of }: { readonly of: SeedRuns }) {
  const shown = useInTurn(of, sameMeasurements);
  return shown && <Strip of={shown} />;
}

const Strip = memo(function Strip({ of }: { readonly of: SeedRuns }) {
  const layers = recentByLayer(of);
  if (layers.length === 0) return null;
  const text = layers.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(', ');
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {of.label}
      </Text>
      <Group gap={3} role="img" aria-label={`Gradient cosine by layer of ${of.label}: ${text}`} wrap="wrap">
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
