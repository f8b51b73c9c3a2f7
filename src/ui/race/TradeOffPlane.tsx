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
import type { RunResult } from '../../core/result/results.ts';
import { byContestant, type SeedRuns } from '../../core/result/spread.ts';
import { stylesOf } from '../charts/identity.ts';
import { legendData, legendEntry, type LegendEntry } from '../charts/legend.ts';
import { Marker } from '../charts/Marker.tsx';
import { spaced } from '../charts/spaced.ts';
import { sameCurve, seriesOfSeeds } from '../charts/series.ts';
import { useInTurn } from '../state/turns.ts';
import { CLEAN, ROBUST } from './charts/accuracy.ts';
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
const sameCurves = (a: Runs, b: Runs): boolean => sameCurve(a, b, CLEAN.points);

interface PlaneProps {
  readonly runs: Runs;
  /** Drawn as ghosts. */
  readonly paper: readonly PaperFigures[];
}

/** Drawn in turn with the page's other charts, only when a curve has grown, and seldom while it is out of sight. */
export function TradeOffPlane({ runs, paper }: PlaneProps) {
  const { shown, place } = useInTurn(runs, sameCurves);
  return (
    <figure
      ref={place}
      style={{ margin: 0, minWidth: 0 }}
      data-chart="Trade-off"
      {...legendData(shown ? legendOf(shown) : [])}
    >
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

const PAPER: LegendEntry = {
  label: 'Paper, full scale',
  colour: 'var(--mantine-color-dimmed)',
  dash: null,
  marker: 'circle',
  hollow: true,
};

function legendOf(runs: Runs): LegendEntry[] {
  const contestants = byContestant(runs);
  const styles = stylesOf(contestants);
  const drawn = contestants.flatMap(({ label, runs: of }, i) =>
    of.some((run) => run.curves.length > 0) ? [legendEntry(label, styles[i], true)] : [],
  );
  return [...drawn, PAPER];
}

/** The mean over seeds, epoch by epoch. */
function trailOf(of: SeedRuns): Spot[] {
  const robust = seriesOfSeeds(of, ROBUST);
  return seriesOfSeeds(of, CLEAN).map((p, k) => ({
    label: of.label,
    x: p.y,
    y: robust[k].y,
    epoch: p.x,
    seeds: p.n,
  }));
}

/** Where each seed ended; none for a race of one. */
function endsOf({ label, runs }: SeedRuns): Spot[] {
  return runs.flatMap(({ curves, seed }): Spot[] => {
    const p = curves.at(-1);
    return p && runs.length > 1
      ? [{ label: `${label}, seed ${seed}`, x: 100 * p.clean, y: 100 * p.robust, epoch: p.epoch }]
      : [];
  });
}

/** Spots of all trails together: each costs a component, every time the plane is drawn. */
const SPOTS = 64;
const MARGIN = { top: 8, right: 16, bottom: 20, left: 4 };
const MUTED = 'var(--mantine-color-dimmed)';

/** A trail per contestant: small markers along it, a large one at its end, faint ones where each seed ended. */
const Plane = memo(function Plane({ runs, paper }: PlaneProps) {
  const contestants = byContestant(runs);
  const styles = stylesOf(contestants);
  const each = Math.max(4, SPOTS / contestants.length);
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <ScatterChart margin={MARGIN} accessibilityLayer title="Trade-off plane">
        <CartesianGrid stroke={GRID} strokeDasharray="3 3" />
        <XAxis
          type="number"
          dataKey="x"
          domain={[0, 100]}
          stroke={MUTED}
          label={{ value: 'Clean accuracy (%)', position: 'insideBottom', offset: -12 }}
        />
        <YAxis
          type="number"
          dataKey="y"
          domain={[0, 100]}
          width={52}
          stroke={MUTED}
          label={{
            value: 'Robust (%)',
            angle: -90,
            position: 'insideLeft',
            offset: 8,
            style: { textAnchor: 'middle' },
          }}
        />
        <Tooltip isAnimationActive={false} content={<Tip />} />
        <Scatter
          id="paper"
          data={paper.map((p): Spot => ({ label: p.label, x: p.clean, y: p.robust }))}
          shape={<Ghost />}
          isAnimationActive={false}
          name="Paper, full scale"
        >
          <LabelList dataKey="label" content={PaperLabel} />
        </Scatter>
        {contestants.map((c, i) => (
          <Scatter
            key={`ends ${c.label}`}
            // Given: recharts' selectors keep an entry for good for every id that it makes up.
            id={`ends-${i}`}
            data={endsOf(c)}
            shape={(spot: Place) => <Marker cx={spot.cx} cy={spot.cy} style={styles[i]} size={26} faint />}
            isAnimationActive={false}
            name={c.label}
          />
        ))}
        {contestants.map((c, i) => {
          const { colour, dash } = styles[i];
          const trail = spaced(trailOf(c), each);
          const end = trail.at(-1);
          return (
            <Scatter
              key={c.label}
              id={`trail-${i}`}
              data={trail}
              line={{ stroke: colour, strokeDasharray: dash, strokeWidth: 1.5, strokeOpacity: 0.6 }}
              shape={({ cx, cy, payload }: Place) => (
                <Marker cx={cx} cy={cy} style={styles[i]} size={payload?.epoch === end?.epoch ? 110 : 18} />
              )}
              isAnimationActive={false}
              name={c.label}
            />
          );
        })}
      </ScatterChart>
    </ResponsiveContainer>
  );
});

/** What recharts gives to the shape of a spot. */
interface Place {
  readonly cx?: number;
  readonly cy?: number;
  readonly payload?: Spot;
}

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
