/** Gradient cosine by layer as a strip of cells: blue above 0 (the terms agree), orange below (they oppose). */
import { Group, Stack, Text } from '@mantine/core';
import { memo, type CSSProperties } from 'react';
import type { SeedRuns } from '../../core/result/spread.ts';
import { sameCurve } from '../charts/series.ts';
import { useInTurn } from '../state/turns.ts';

/** No contestant has these colours. */
export const TOGETHER = '#1864ab';
export const APART = '#e8590c';

const RECENT = 5;
const CELL: CSSProperties = {
  minWidth: 68,
  flex: '1 1 68px',
  padding: '6px 2px',
  borderRadius: 4,
  textAlign: 'center',
  overflowWrap: 'anywhere',
  fontSize: 11,
  color: 'var(--mantine-color-text)',
};

/** Mean over the last `RECENT` measurements of every seed, because a single batch is noisy. */
function recentByLayer({ runs }: SeedRuns): [string, number][] {
  const points = runs.flatMap((run) => run.gradientConflict.slice(-RECENT));
  const names = Object.keys(points[points.length - 1]?.perLayer ?? {});
  return names.map((name) => [
    name,
    points.reduce((sum, p) => sum + (p.perLayer[name] ?? 0), 0) / points.length,
  ]);
}

const words = (cosine: number): string => cosine.toFixed(2).replace('-', '−');

/** `layer2.0.conv1.weight` -> `2.0.conv1`, because cells are narrow. */
const shortName = (layer: string): string =>
  layer
    .replace(/^(layer|block)/, '')
    .replace('.layer.', '.')
    .replace(/\.weight$/, '');

/** At most 42 % strong, so that the page's text on it keeps a contrast of 4.5:1. */
function colourOf(cosine: number): string {
  const strength = Math.round(Math.min(1, Math.abs(cosine) / 0.6) * 42);
  return `color-mix(in srgb, ${cosine >= 0 ? TOGETHER : APART} ${strength}%, var(--mantine-color-body))`;
}

const sameMeasurements = (a: SeedRuns, b: SeedRuns): boolean =>
  a.label === b.label && sameCurve(a.runs, b.runs, (run) => run.gradientConflict);

/** Redrawn in turn with the charts (`useInTurn`). */
export function LayerStrip({ of }: { readonly of: SeedRuns }) {
  const { shown, place } = useInTurn(of, sameMeasurements);
  return <div ref={place}>{shown && <Strip of={shown} />}</div>;
}

const Strip = memo(function Strip({ of }: { readonly of: SeedRuns }) {
  const layers = recentByLayer(of);
  if (layers.length === 0) return null;
  const text = layers.map(([name, value]) => `${name} ${words(value)}`).join(', ');
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {of.label}
      </Text>
      <Group gap={3} role="img" aria-label={`Gradient cosine by layer of ${of.label}: ${text}`} wrap="wrap">
        {layers.map(([name, value]) => (
          <div key={name} title={`${name}: ${words(value)}`} style={{ ...CELL, background: colourOf(value) }}>
            {words(value)}
            <div style={{ fontSize: 10 }}>{shortName(name)}</div>
          </div>
        ))}
      </Group>
    </Stack>
  );
});
