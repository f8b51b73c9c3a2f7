/** Clean and adversarial batch statistics of one layer: mean and spread per channel, drawn side by side. */
import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { memo, useState } from 'react';
import type { BnLayer, RunResult } from '../../core/result/results.ts';
import { barsOf, type Bar } from '../charts/statistics.ts';
import { sameCurve } from '../charts/series.ts';
import { useInTurn } from '../state/turns.ts';

/** Clean and adversarial are told by filling and dash: every colour stands for a contestant. */
const INK = 'var(--mantine-color-text)';
const HOLLOW = 'var(--mantine-color-body)';
const ADV_DASH = '4 2';
const WIDTH = 420;
const HEIGHT = 150;

function Picture({ layer }: { readonly layer: BnLayer }) {
  const channels = layer.clean.mean.length;
  const { clean, adv } = barsOf(layer, WIDTH, HEIGHT);
  const draw = (bars: readonly Bar[], fill: string, dash?: string) =>
    bars.map(({ x, y, top, bottom }) => (
      <g key={x} stroke={INK} fill={fill}>
        <line x1={x} x2={x} y1={top} y2={bottom} strokeWidth={2} strokeDasharray={dash} />
        <circle cx={x} cy={y} r={3} strokeWidth={1.5} />
      </g>
    ));
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width="100%"
      role="img"
      aria-label={`Batch statistics of ${layer.name}, first ${channels} channels: distance ${layer.batchDistance.toFixed(3)}`}
    >
      {draw(clean, INK)}
      {draw(adv, HOLLOW, ADV_DASH)}
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
          maw="100%"
          value={nameOf(run)}
          data={withBn.map(nameOf)}
          onChange={(e) => setRun(e.currentTarget.value)}
        />
        <NativeSelect
          label="BatchNorm layer"
          size="xs"
          maw="100%"
          value={layer.name}
          data={layers.map((l) => l.name)}
          onChange={(e) => setLayer(e.currentTarget.value)}
        />
      </Group>
      {layer.clean.mean.length > 0 && <Picture layer={layer} />}
      <Text size="sm">
        ● solid: clean, ○ dashed: adversarial; mean ± standard deviation of each channel’s input. Distance
        between the batches <b>{layer.batchDistance.toFixed(3)}</b>, between the two kept sets{' '}
        <b>{layer.runningDistance.toFixed(3)}</b>
        {layer.runningDistance === 0
          ? ' (one shared set: no split BatchNorm).'
          : ' (split BatchNorm keeps them apart).'}
      </Text>
    </Stack>
  );
});
