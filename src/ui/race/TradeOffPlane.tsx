/** Robust against clean accuracy: a trail per contestant, and the paper's full-scale results as dashed rings. */
import { Box, Text } from '@mantine/core';
import {
  CartesianGrid,
  ErrorBar,
  LabelList,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { memo } from 'react';
import { accuraciesOf } from '../../core/result/accuracies.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { byContestant, type BandPoint, type SeedRuns } from '../../core/result/spread.ts';
import { xLabel, yLabel } from '../charts/axis-label.ts';
import { extentOf } from '../charts/extent.ts';
import { stylesOf } from '../charts/identity.ts';
import { legendData, legendEntry, type LegendEntry } from '../charts/legend.ts';
import { Marker } from '../charts/Marker.tsx';
import { spaced } from '../charts/spaced.ts';
import { sameCurve, seriesOfSeeds } from '../charts/series.ts';
import { useInTurn } from '../state/turns.ts';
import { accuracyCurve } from './charts/accuracy.ts';
import { PAPER_ATTACK, type PaperFigures } from './paper.ts';

const HEIGHT = 260;
const GRID = 'var(--mantine-color-default-border)';

type Bar = [number, number];

interface Spot {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly epoch?: number;
  /** Number of seeds that this point is the mean of. */
  readonly seeds?: number;
  /** Number of test images behind each accuracy. */
  readonly images?: number;
  /** Distances from the point to the lower and upper end of its interval or band. */
  readonly xBar?: Bar;
  readonly yBar?: Bar;
  /** Copies of `xBar` and `yBar`, set only on the last point of a trail, because error bars are drawn only there. */
  readonly xEnd?: Bar;
  readonly yEnd?: Bar;
}

const withBar = (x: number, bar?: Bar): string =>
  bar ? `${x.toFixed(1)} (${(x - bar[0]).toFixed(1)} to ${(x + bar[1]).toFixed(1)})` : x.toFixed(1);

function Tip({ active, payload }: { active?: boolean; payload?: readonly { payload: Spot }[] }) {
  if (!active || !payload?.length) return null;
  const { label, x, y, epoch, seeds = 1, images, xBar, yBar } = payload[0].payload;
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
      clean {withBar(x, xBar)} %, robust {withBar(y, yBar)} %
      {images !== undefined && <div>{images.toLocaleString('en')} test images</div>}
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
type Shown = Pick<RaceResult, 'runs' | 'config'>;

const sameCurves = (a: Shown, b: Shown): boolean =>
  sameCurve(a.runs, b.runs, accuracyCurve('clean', a.config).points);

interface PlaneProps {
  readonly view: Shown;
  /** Drawn as dashed rings. */
  readonly paper: readonly PaperFigures[];
}

/** Redrawn in turn with the other charts (`useInTurn`) when a curve has changed, and rarely while out of sight. */
export function TradeOffPlane({ view, paper }: PlaneProps) {
  const { shown, place } = useInTurn(view, sameCurves);
  return (
    <figure
      ref={place}
      style={{ margin: 0, minWidth: 0 }}
      data-chart="Trade-off"
      {...legendData(shown ? legendOf(shown.runs, paper) : [])}
    >
      <Text component="figcaption" fw={600} size="sm" mb={4}>
        Trade-off: up and to the right is better
      </Text>
      {shown ? <Plane view={shown} paper={paper} /> : <Box h={HEIGHT} />}
      {paper.length > 0 && (
        <Text size="xs" c="dimmed">
          Dashed rings: the paper’s full-scale results (ResNet-18, 50,000 images, 100 epochs, AutoAttack),
          another experiment than this one. {PAPER_ATTACK}
        </Text>
      )}
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

function legendOf(runs: Runs, paper: PlaneProps['paper']): LegendEntry[] {
  const contestants = byContestant(runs);
  const styles = stylesOf(contestants);
  const drawn = contestants.flatMap(({ label, runs: of }, i) =>
    of.some((run) => run.curves.length > 0) ? [legendEntry(label, styles[i], true)] : [],
  );
  return paper.length > 0 ? [...drawn, PAPER] : drawn;
}

const barOf = ({ y, low, high }: BandPoint): Bar => [y - low, high - y];

/** One point per epoch: the mean over the seeds. */
export function trailOf(of: SeedRuns, config: Shown['config']): Spot[] {
  const robust = seriesOfSeeds(of, accuracyCurve('robust', config));
  return seriesOfSeeds(of, accuracyCurve('clean', config)).map((p, k) => ({
    label: of.label,
    x: p.y,
    y: robust[k].y,
    epoch: p.x,
    seeds: p.n,
    images: p.images,
    xBar: barOf(p),
    yBar: barOf(robust[k]),
  }));
}

/** The last point of each seed; empty for a contestant with one seed. */
function endsOf({ label, runs }: SeedRuns, config: Shown['config']): Spot[] {
  return runs.flatMap((run): Spot[] => {
    const p = accuraciesOf(run, config).at(-1);
    if (!p || runs.length < 2) return [];
    const { clean, robust, epoch, n: images } = p;
    return [{ label: `${label}, seed ${run.seed}`, x: 100 * clean, y: 100 * robust, epoch, images }];
  });
}

/** About how many points all trails have together: React renders a component for each at every drawing. */
const SPOTS = 64;
const MARGIN = { top: 8, right: 16, bottom: 20, left: 4 };
const MUTED = 'var(--mantine-color-dimmed)';

/** Without the untrained network, whose accuracy is chance, once there are other points: it would set the axes. */
const afterTraining = (trail: readonly Spot[]): Spot[] => {
  const later = trail.filter(({ epoch = 1 }) => epoch > 0);
  return later.length > 0 ? later : [...trail];
};

const withEnd = (trail: readonly Spot[]): Spot[] =>
  trail.map((spot, i) => (i === trail.length - 1 ? { ...spot, xEnd: spot.xBar, yEnd: spot.yBar } : spot));

/** Values along one axis: of spots, and of the ends of their error bars. */
const valuesOf = (spots: readonly Spot[], of: 'x' | 'y'): number[] =>
  spots.flatMap((spot) => {
    const [down, up] = spot[`${of}End`] ?? [0, 0];
    return [spot[of] - down, spot[of] + up];
  });

/** A trail per contestant: small markers along it, a large one at its end, faint ones at the end of each seed. */
const Plane = memo(function Plane({ view: { runs, config }, paper }: PlaneProps) {
  const contestants = byContestant(runs);
  const styles = stylesOf(contestants);
  const each = Math.max(4, SPOTS / contestants.length);
  const ghosts = paper.map((p): Spot => ({ label: p.label, x: p.clean, y: p.robust }));
  const trails = contestants.map((c) => withEnd(spaced(afterTraining(trailOf(c, config)), each)));
  const all = [...ghosts, ...trails.flat(), ...contestants.flatMap((c) => endsOf(c, config))];
  const [clean, robust] = (['x', 'y'] as const).map((of) => extentOf(valuesOf(all, of)));
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <ScatterChart margin={MARGIN} accessibilityLayer title="Trade-off plane">
        <CartesianGrid stroke={GRID} strokeDasharray="3 3" />
        <XAxis
          type="number"
          dataKey="x"
          domain={[clean.low, clean.high]}
          ticks={[...clean.ticks]}
          stroke={MUTED}
          label={xLabel('Clean accuracy (%)')}
        />
        <YAxis
          type="number"
          dataKey="y"
          domain={[robust.low, robust.high]}
          ticks={[...robust.ticks]}
          width={52}
          stroke={MUTED}
          label={yLabel('Robust (%)')}
        />
        <Tooltip isAnimationActive={false} content={<Tip />} />
        <Scatter
          id="paper"
          data={ghosts}
          shape={<Ghost />}
          isAnimationActive={false}
          name="Paper, full scale"
        >
          <LabelList dataKey="label" content={PaperLabel} />
        </Scatter>
        {contestants.map((c, i) => (
          <Scatter
            key={`ends ${c.label}`}
            // Fixed, because recharts' selectors never drop the entry of an id that recharts generated.
            id={`ends-${i}`}
            data={endsOf(c, config)}
            shape={(spot: Place) => <Marker cx={spot.cx} cy={spot.cy} style={styles[i]} size={26} faint />}
            isAnimationActive={false}
            name={c.label}
          />
        ))}
        {contestants.map((c, i) => {
          const { colour, dash } = styles[i];
          const end = trails[i].at(-1);
          return (
            <Scatter
              key={c.label}
              id={`trail-${i}`}
              data={trails[i]}
              line={{ stroke: colour, strokeDasharray: dash, strokeWidth: 1.5, strokeOpacity: 0.6 }}
              shape={({ cx, cy, payload }: Place) => (
                <Marker cx={cx} cy={cy} style={styles[i]} size={payload?.epoch === end?.epoch ? 110 : 18} />
              )}
              isAnimationActive={false}
              name={c.label}
            >
              {(['x', 'y'] as const).map((of) => (
                <ErrorBar
                  key={of}
                  dataKey={`${of}End`}
                  direction={of}
                  width={3}
                  stroke={colour}
                  strokeWidth={1}
                  isAnimationActive={false}
                />
              ))}
            </Scatter>
          );
        })}
      </ScatterChart>
    </ResponsiveContainer>
  );
});

/** The props that recharts passes to the shape of a point. */
interface Place {
  readonly cx?: number;
  readonly cy?: number;
  readonly payload?: Spot;
}

/** Labels only two of the paper's rings: on a phone, seven labels would cover the points. */
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
