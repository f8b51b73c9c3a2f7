/** Clean against robust accuracy: a trail per contestant, the paper's full-scale points as ghosts. */
import { Box, Text } from '@mantine/core';
import {
  CartesianGrid,
  LabelList,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { memo } from 'react';
import type { EpochPoint, RunResult } from '../../core/results.ts';
import { bandOf, byContestant, type SeedRuns } from '../../core/spread.ts';
import { decimate } from '../state/decimate.ts';
import { useInTurn } from '../state/turns.ts';
import { Marker } from '../charts/Marker.tsx';
import { styleOf } from '../theme/theme.ts';
import type { PaperFigures } from './paper.ts';

const HEIGHT = 260;
const GRID = 'var(--mantine-color-default-border)';

interface Spot {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly epoch?: number;
  /** Of how many seeds this is the mean. */
  readonly seeds?: number;
}

function Tip({ active, payload }: { active?: boolean; payload?: readonly { payload: Spot }[] }) {
  if (!active || !payload?.length) return null;
  const { label, x, y, epoch, seeds = 1 } = payload[0].payload;
  return (
    <div
      style={{
        background: 'var(--mantine-color-body)',
        border: `1px solid ${GRID}`,
        borderRadius: 8,
        padding: 8,
        fontSize: 13,
      }}
    >
      <b>{label}</b>
      {epoch === undefined ? ' (paper, full scale)' : `, epoch ${epoch}`}
      {seeds > 1 && `, mean of ${seeds} seeds`}
      <br />
      clean {x.toFixed(1)} %, robust {y.toFixed(1)} %
    </div>
  );
}

const Ghost = ({ cx, cy }: { cx?: number; cy?: number }) => (
  <circle
    cx={cx}
    cy={cy}
    r={5}
    fill="none"
    stroke="var(--mantine-color-dimmed)"
    strokeWidth={1.5}
    strokeDasharray="2 2"
  />
);

type Runs = readonly RunResult[];
/** Points are never changed once made: equal ends of equally long curves mean equal curves. */
const sameCurves = (a: Runs, b: Runs): boolean =>
  a.length === b.length &&
  a.every(
    (run, i) =>
      run.label === b[i].label &&
      run.seed === b[i].seed &&
      run.curves.length === b[i].curves.length &&
      run.curves.at(-1) === b[i].curves.at(-1),
  );

interface PlaneProps {
  readonly runs: Runs;
  /** Drawn as ghosts. */
  readonly paper: readonly PaperFigures[];
}

/** Drawn in turn with the page's other charts, and only when a curve has grown. */
export function TradeOffPlane({ runs, paper }: PlaneProps) {
  const shown = useInTurn(runs, sameCurves);
  return (
    <figure style={{ margin: 0, minWidth: 0 }} data-chart="Trade-off">
      <Text component="figcaption" fw={600} size="sm" mb={4}>
        Trade-off: up and to the right is better
      </Text>
      {shown ? <Plane runs={shown} paper={paper} /> : <Box h={HEIGHT} />}
      <Text size="xs" c="dimmed">
        Dashed rings: the paper’s full-scale results (ResNet-18, 50,000 images, 100 epochs, AutoAttack). They
        are another experiment than this one, and a stronger attack.
      </Text>
    </figure>
  );
}

/** The mean over seeds, epoch by epoch; `last`: its final epoch. */
function trailOf({ label, runs }: SeedRuns) {
  const over = (of: (p: EpochPoint) => number) =>
    bandOf(runs.map((r) => r.curves.map((p) => ({ x: p.epoch, y: 100 * of(p) }))));
  const clean = over((p) => p.clean);
  const robust = over((p) => p.robust);
  const spots = clean.map((p, k): Spot => ({ label, x: p.y, y: robust[k].y, epoch: p.x, seeds: p.n }));
  return { label, spots, last: spots.at(-1)?.epoch ?? 0 };
}

/** Where each seed ended; none for a race of one. */
function endsOf({ label, runs }: SeedRuns) {
  const spots = runs.flatMap(({ curves, seed }): Spot[] => {
    const p = curves.at(-1);
    return p && runs.length > 1
      ? [{ label: `${label}, seed ${seed}`, x: 100 * p.clean, y: 100 * p.robust, epoch: p.epoch }]
      : [];
  });
  return { label, spots };
}

const Plane = memo(function Plane({ runs, paper }: PlaneProps) {
  const ghosts: Spot[] = paper.map((p) => ({ label: p.label, x: p.clean, y: p.robust }));
  const trails = byContestant(runs).map(trailOf);
  const ends = byContestant(runs).map(endsOf);
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <ScatterChart
        margin={{ top: 8, right: 16, bottom: 20, left: 4 }}
        accessibilityLayer
        title="Trade-off plane"
      >
        <CartesianGrid stroke={GRID} strokeDasharray="3 3" />
        <XAxis
          type="number"
          dataKey="x"
          domain={[0, 100]}
          stroke="var(--mantine-color-dimmed)"
          label={{ value: 'Clean accuracy (%)', position: 'insideBottom', offset: -12 }}
        />
        <YAxis
          type="number"
          dataKey="y"
          domain={[0, 100]}
          width={52}
          stroke="var(--mantine-color-dimmed)"
          label={{
            value: 'Robust (%)',
            angle: -90,
            position: 'insideLeft',
            offset: 8,
            style: { textAnchor: 'middle' },
          }}
        />
        <Tooltip isAnimationActive={false} content={<Tip />} />
        <Scatter data={ghosts} shape={<Ghost />} isAnimationActive={false} name="Paper, full scale">
          <LabelList dataKey="label" content={PaperLabel} />
        </Scatter>
        {ends.map(({ label, spots }, i) => (
          <Scatter
            key={`ends of ${label}`}
            name={`${label}, single seeds`}
            data={spots}
            shape={(props: unknown) => <Marker {...(props as DotProps)} index={i} size={26} faint />}
            isAnimationActive={false}
          />
        ))}
        {trails.map(({ label, spots, last }, i) => (
          <Scatter
            key={label}
            name={label}
            data={[...decimate(spots, 100)]}
            line={{ stroke: styleOf(i).colour, strokeWidth: 1.5, strokeOpacity: 0.6 }}
            shape={(props: unknown) => <TrailDot {...(props as DotProps)} index={i} last={last} />}
            isAnimationActive={false}
          />
        ))}
      </ScatterChart>
    </ResponsiveContainer>
  );
});

/** Only two ghosts are named: seven labels on a phone would cover the points. */
function PaperLabel({ x, y, value }: { x?: number | string; y?: number | string; value?: unknown }) {
  if (value !== 'AT' && value !== 'ARAT') return null;
  return (
    <text
      x={Number(x) - 4}
      y={Number(y) + (value === 'AT' ? 22 : -8)}
      fontSize={11}
      textAnchor="end"
      fill="var(--mantine-color-dimmed)"
    >
      {String(value)} (paper)
    </text>
  );
}

interface DotProps {
  readonly cx?: number;
  readonly cy?: number;
  readonly payload?: Spot;
}

/** Small on the trail, large at its end. */
function TrailDot({ cx, cy, payload, index, last }: DotProps & { index: number; last: number }) {
  const atEnd = payload?.epoch !== undefined && payload.epoch >= last;
  return <Marker cx={cx} cy={cy} index={index} size={atEnd ? 110 : 18} />;
}
