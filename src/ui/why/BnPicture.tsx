/** Clean and adversarial batch statistics of one layer: mean and spread per channel, drawn side by side. */
import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { memo, useState } from 'react';
import type { BnLayer, RunResult } from '../../core/result/results.ts';
import { sameCurve } from '../charts/series.ts';
import { useInTurn } from '../state/turns.ts';

const CLEAN = '#0072b2';
const ADV = '#d55e00';
const WIDTH = 420;
const HEIGHT = 150;

function Picture({ layer }: { readonly layer: BnLayer }) {
  const channels = layer.clean.mean.length;
  const ends = [layer.clean, layer.adv].flatMap((s) =>
    s.mean.flatMap((m, c) => [m - s.std[c], m + s.std[c]]),
  );
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const y = (v: number) => 8 + ((high - v) / Math.max(high - low, 1e-9)) * (HEIGHT - 16);
  const x = (c: number) => ((c + 0.5) / channels) * WIDTH;
  const draw = (s: BnLayer['clean'], colour: string, shift: number, dash?: string) =>
    s.mean.map((m, c) => (
      <g key={`${colour}${c}`} stroke={colour} fill={colour}>
        <line
          x1={x(c) + shift}
          x2={x(c) + shift}
          y1={y(m - s.std[c])}
          y2={y(m + s.std[c])}
          strokeWidth={2}
          strokeDasharray={dash}
        />
        <circle cx={x(c) + shift} cy={y(m)} r={3} />
      </g>
    ));
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width="100%"
      role="img"
      aria-label={`Batch statistics of ${layer.name}, first ${channels} channels: distance ${layer.batchDistance.toFixed(3)}`}
    >
      {draw(layer.clean, CLEAN, -4)}
      {draw(layer.adv, ADV, 4, '4 2')}
    </svg>
  );
}

/** The layer where clean and adversarial images differ most: the one worth looking at first. */
const widest = (layers: readonly BnLayer[]): BnLayer =>
  layers.reduce((a, b) => (b.batchDistance > a.batchDistance ? b : a));

type Runs = readonly RunResult[];
const sameStatistics = (a: Runs, b: Runs): boolean => sameCurve(a, b, (run) => run.bn);

/** Drawn in turn with the charts. */
export function BnPicture({ runs }: { readonly runs: Runs }) {
  const { shown, place } = useInTurn(runs, sameStatistics);
  return <div ref={place}>{shown && <LayerPicture runs={shown} />}</div>;
}

const LayerPicture = memo(function LayerPicture({ runs }: { readonly runs: Runs }) {
  const withBn = runs.filter((r) => r.bn.length > 0);
  const [chosenRun, setRun] = useState<string | null>(null);
  const [chosenLayer, setLayer] = useState<string | null>(null);
  if (withBn.length === 0)
    return <Text c="dimmed">This result carries no channel statistics: train to see them.</Text>;
  const nameOf = (r: RunResult) => (r.seed === undefined ? r.label : `${r.label}, seed ${r.seed}`);
  const run = withBn.find((r) => nameOf(r) === chosenRun) ?? withBn[withBn.length - 1];
  const { layers } = run.bn[run.bn.length - 1];
  const layer = layers.find((l) => l.name === chosenLayer) ?? widest(layers);
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <NativeSelect
          label="Model"
          size="xs"
          value={nameOf(run)}
          data={withBn.map(nameOf)}
          onChange={(e) => setRun(e.currentTarget.value)}
        />
        <NativeSelect
          label="BatchNorm layer"
          size="xs"
          value={layer.name}
          data={layers.map((l) => l.name)}
          onChange={(e) => setLayer(e.currentTarget.value)}
        />
      </Group>
      {layer.clean.mean.length > 0 && <Picture layer={layer} />}
      <Text size="sm">
        <span style={{ color: CLEAN }}>●</span> clean, <span style={{ color: ADV }}>●</span> adversarial: mean
        ± standard deviation of each channel’s input. Distance between the batches{' '}
        <b>{layer.batchDistance.toFixed(3)}</b>, between the two kept sets{' '}
        <b>{layer.runningDistance.toFixed(3)}</b>
        {layer.runningDistance === 0
          ? ' (one shared set: no split BatchNorm).'
          : ' (split BatchNorm keeps them apart).'}
      </Text>
    </Stack>
  );
});
