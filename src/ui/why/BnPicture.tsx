/** Clean and adversarial batch statistics of one layer: mean and spread per channel, drawn side by side. */
import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { memo, useState } from 'react';
import type { BnLayer, RaceResult, RunResult } from '../../core/result/results.ts';
import { barsOf, type Bar } from '../charts/statistics.ts';
import { legendData, type LegendEntry } from '../charts/legend.ts';
import { sameCurve } from '../charts/series.ts';
import { useInTurn } from '../state/turns.ts';
import { batchNote } from './notes.ts';

/** Fill and dash distinguish clean from adversarial, because colours already stand for contestants. */
const INK = 'var(--mantine-color-text)';
const HOLLOW = 'var(--mantine-color-body)';
const ADV_DASH = '4 2';
const HEIGHT = 200;
/** Room for the axes, left of and below the bars. */
const AXIS = { left: 64, below: 20 };

const figureText = (x: number): string => x.toPrecision(2).replace('-', '−');

/** Distance between the two batches drawn: through the adv set or, in older results, each through its own set. */
const distanceOf = ({ throughAdv, batchDistance }: BnLayer): number => throughAdv ?? batchDistance ?? 0;

const LEGEND: readonly LegendEntry[] = [
  { label: 'clean images x', colour: INK, dash: '', marker: 'circle', hollow: false },
  { label: 'adversarial images x′', colour: INK, dash: ADV_DASH, marker: 'circle', hollow: true },
];

interface PictureProps {
  readonly layer: BnLayer;
  readonly title: string;
  /** The exported figure's words on what was measured. */
  readonly note: string;
}

function Picture({ layer, title, note }: PictureProps) {
  const channels = layer.clean.mean.length;
  const { ref, width } = useElementSize();
  const { clean, adv, low, high } = barsOf(layer, Math.max(0, width - AXIS.left), HEIGHT);
  const draw = (bars: readonly Bar[], fill: string, dash?: string) =>
    bars.map(({ x, y, top, bottom }) => (
      <g key={x} stroke={INK} fill={fill}>
        <line x1={x} x2={x} y1={top} y2={bottom} strokeWidth={2} strokeDasharray={dash} />
        <circle cx={x} cy={y} r={3} strokeWidth={1.5} />
      </g>
    ));
  return (
    <div
      ref={ref}
      className="plot-box"
      style={{ height: HEIGHT + AXIS.below }}
      data-chart-title={`Batch statistics, ${title}, ${layer.name}`}
      data-figure-note={note}
      {...legendData(LEGEND)}
    >
      {width > AXIS.left && (
        <svg
          className="plot"
          width={width}
          height={HEIGHT + AXIS.below}
          role="img"
          aria-label={`Batch statistics of ${layer.name}, first ${channels} channels: distance ${distanceOf(layer).toFixed(3)}`}
        >
          <g textAnchor="end">
            <text x={AXIS.left - 6} y={12}>
              {figureText(high)}
            </text>
            <text x={AXIS.left - 6} y={HEIGHT - 4}>
              {figureText(low)}
            </text>
          </g>
          <g textAnchor="middle">
            <text x={(AXIS.left + width) / 2} y={HEIGHT + 14}>
              channel (the first {channels})
            </text>
            <text transform={`translate(14,${HEIGHT / 2}) rotate(-90)`}>input of BN, mean ± SD</text>
          </g>
          <path d={`M${AXIS.left},0V${HEIGHT}`} className="plot-axis" />
          <g transform={`translate(${AXIS.left},0)`}>
            {draw(clean, INK)}
            {draw(adv, HOLLOW, ADV_DASH)}
          </g>
        </svg>
      )}
    </div>
  );
}

/** The layer where clean and adversarial batches differ most; it is shown first. */
const widest = (layers: readonly BnLayer[]): BnLayer =>
  layers.reduce((a, b) => (distanceOf(b) > distanceOf(a) ? b : a));

type Shown = Pick<RaceResult, 'runs' | 'config'>;
const sameStatistics = (a: Shown, b: Shown): boolean => sameCurve(a.runs, b.runs, (run) => run.bn);

/** Redrawn in turn with the charts (`useInTurn`). */
export function BnPicture({ view }: { readonly view: Shown }) {
  const { shown, place } = useInTurn(view, sameStatistics);
  return <div ref={place}>{shown && <LayerPicture view={shown} />}</div>;
}

/** The distances measured in a layer, as sentences. */
export function Distances({ of }: { readonly of: BnLayer }) {
  const { throughAdv, throughClean, runningDistance, affineDistance } = of;
  // A split of the affine parameters alone leaves one set of statistics.
  const shared = runningDistance === 0 && (affineDistance ?? 0) === 0;
  const figure = (x: number) => <b>{x.toFixed(3)}</b>;
  if (throughAdv === undefined)
    return shared ? (
      <>Distance of the two batches through the one shared set {figure(distanceOf(of))}.</>
    ) : (
      <>
        This result is of an earlier version, which sent x through the clean set and x′ through the adv set:
        the distance {figure(distanceOf(of))} is made by the two sets’ affine transforms, too. Distance of the
        two sets’ running statistics {figure(runningDistance)}.
      </>
    );
  if (shared) return <>Distance of the two batches {figure(throughAdv)}, through the one shared set.</>;
  return (
    <>
      Drawn: both through the adv set. Distance of the two batches through the adv set {figure(throughAdv)},
      through the clean set {figure(throughClean ?? 0)}. Distance of the two sets’ running statistics{' '}
      {figure(runningDistance)}, of their affine parameters {figure(affineDistance ?? 0)}.
    </>
  );
}

const LayerPicture = memo(function LayerPicture({ view: { runs, config } }: { readonly view: Shown }) {
  const withBn = runs.filter((r) => r.bn.length > 0);
  const [chosenRun, setRun] = useState<string | null>(null);
  const [chosenLayer, setLayer] = useState<string | null>(null);
  if (withBn.length === 0)
    return <Text c="dimmed">This result carries no channel statistics: train to see them.</Text>;
  const nameOf = (r: RunResult) => (r.seed === undefined ? r.label : `${r.label}, seed ${r.seed}`);
  const run = withBn.find((r) => nameOf(r) === chosenRun) ?? withBn[withBn.length - 1];
  const { layers, epoch } = run.bn[run.bn.length - 1];
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
      {layer.clean.mean.length > 0 && (
        <Picture layer={layer} title={nameOf(run)} note={batchNote(config, epoch, run.seed ?? config.seed)} />
      )}
      <Text size="sm">
        ● solid: clean images x, ○ dashed: adversarial images x′; mean ± standard deviation of each channel’s
        input. <Distances of={layer} />
      </Text>
    </Stack>
  );
});
