/** Gradient cosine by layer as a strip of cells: blue above 0 (the terms agree), orange below (they oppose). */
import { Group, Stack, Text } from '@mantine/core';
import { memo, type CSSProperties } from 'react';
import type { SeedRuns } from '../../core/result/spread.ts';
import { sameCurve } from '../charts/series.ts';
import { useInTurn } from '../state/turns.ts';
import { poleOf, strengthOf } from './strip-colour.ts';

/** Measurements of each seed in the mean. */
export const RECENT = 5;
const CELL: CSSProperties = {
  minWidth: 76,
  flex: '1 1 76px',
  padding: 'var(--mantine-spacing-xs) var(--mantine-spacing-3xs)',
  borderRadius: 4,
  textAlign: 'center',
  overflowWrap: 'anywhere',
  fontSize: 'var(--mantine-font-size-xs)',
  color: 'var(--mantine-color-text)',
};

/**
 * Mean over the last `RECENT` measurements of every seed, because a single batch is noisy. A layer's mean is over the
 * measurements that have it: a link holds layers for some of its points only.
 */
export function recentByLayer({ runs }: Pick<SeedRuns, 'runs'>): [string, number][] {
  const points = runs.flatMap((run) =>
    run.gradientConflict.filter((p) => Object.keys(p.perLayer).length > 0).slice(-RECENT),
  );
  const names = [...new Set(points.flatMap((p) => Object.keys(p.perLayer)))];
  return names.map((name) => {
    const values = points.flatMap((p) => p.perLayer[name] ?? []);
    return [name, values.reduce((sum, x) => sum + x, 0) / values.length];
  });
}

const words = (cosine: number): string => cosine.toFixed(2).replace('-', '−');

/** `layer2.0.conv1.weight` -> `2.0.conv1`, because cells are narrow. */
const shortName = (layer: string): string =>
  layer
    .replace(/^(layer|block)/, '')
    .replace('.layer.', '.')
    .replace(/\.weight$/, '');

const colourOf = (cosine: number): string =>
  `color-mix(in srgb, ${poleOf(cosine)} ${strengthOf(cosine)}%, var(--mantine-color-body))`;

const sameMeasurements = (a: SeedRuns, b: SeedRuns): boolean =>
  a.label === b.label && sameCurve(a.runs, b.runs, (run) => run.gradientConflict);

interface Props {
  readonly of: SeedRuns;
  /** The exported figure's words on what was measured. */
  readonly note: string;
}

/** Redrawn in turn with the charts (`useInTurn`). */
export function LayerStrip({ of, note }: Props) {
  const { shown, place } = useInTurn(of, sameMeasurements);
  return <div ref={place}>{shown && <Strip of={shown} note={note} />}</div>;
}

const Strip = memo(function Strip({ of, note }: Props) {
  const layers = recentByLayer(of);
  if (layers.length === 0) return null;
  const data = { label: of.label, layers: layers.map(([name, value]) => [shortName(name), value]) };
  const text = layers.map(([name, value]) => `${name} ${words(value)}`).join(', ');
  return (
    <Stack gap="2xs" data-strip={JSON.stringify(data)} data-figure-note={note}>
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {of.label}
      </Text>
      <Group gap="3xs" role="img" aria-label={`Gradient cosine by layer of ${of.label}: ${text}`} wrap="wrap">
        {layers.map(([name, value]) => (
          <div key={name} title={`${name}: ${words(value)}`} style={{ ...CELL, background: colourOf(value) }}>
            {words(value)}
            <div>{shortName(name)}</div>
          </div>
        ))}
      </Group>
    </Stack>
  );
});
