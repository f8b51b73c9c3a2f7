/** Robust against clean accuracy: a trail per contestant, and the paper's full-scale results as dashed rings. */
import { Box, Text } from '@mantine/core';
import { memo } from 'react';
import { accuraciesOf } from '../../core/result/accuracies.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { byContestant, type BandPoint, type SeedRuns } from '../../core/result/spread.ts';
import { extentOf } from '../charts/extent.ts';
import { stylesOf } from '../charts/identity.ts';
import { legendData, legendEntry, type LegendEntry } from '../charts/legend.ts';
import { Marker } from '../charts/Marker.tsx';
import { barsPath, type Area } from '../charts/plot/geometry.ts';
import { Plot } from '../charts/plot/Plot.tsx';
import { StyledLine } from '../charts/plot/StyledLine.tsx';
import { spaced } from '../charts/spaced.ts';
import type { ContestantStyle } from '../charts/styles.ts';
import { sameCurve, seriesOfSeeds } from '../charts/series.ts';
import { Fold } from '../shared/Fold.tsx';
import { useInTurn } from '../state/turns.ts';
import { accuracyCurve } from './charts/accuracy.ts';
import { PAPER_NOTE, type PaperFigures } from './paper.ts';

const HEIGHT = 260;

type Bar = readonly [low: number, high: number];

interface Spot {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly epoch?: number;
  /** Number of seeds that this point is the mean of. */
  readonly seeds?: number;
  /** Number of test images behind each accuracy. */
  readonly images?: number;
  /** Ends of its band. */
  readonly xBar?: Bar;
  readonly yBar?: Bar;
  /** Copies of `xBar` and `yBar`, set only on the last point of a trail, because error bars are drawn only there. */
  readonly xEnd?: Bar;
  readonly yEnd?: Bar;
}

const withBar = (x: number, bar?: Bar): string =>
  bar ? `${x.toFixed(1)} (${bar[0].toFixed(1)} to ${bar[1].toFixed(1)})` : x.toFixed(1);

function Tip({ label, x, y, epoch, seeds = 1, images, xBar, yBar }: Spot) {
  return (
    <>
      <b>{label}</b>
      {epoch === undefined ? ' (paper, full scale)' : `, epoch ${epoch}`}
      {seeds > 1 && `, mean of ${seeds} seeds`}
      <br />
      clean {withBar(x, xBar)} %, robust {withBar(y, yBar)} %
      {images !== undefined && <div>{images.toLocaleString('en')} test images</div>}
    </>
  );
}

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
      data-figure-addition={paper.length > 0 ? PAPER_NOTE : undefined}
      {...legendData(shown ? legendOf(shown.runs, paper) : [])}
    >
      <Text component="figcaption" fw={600} size="sm" mb="2xs">
        Trade-off: better to the upper right
      </Text>
      {shown ? <Plane view={shown} paper={paper} /> : <Box h={HEIGHT} />}
      {paper.length > 0 && (
        <Fold id="paper-points" title="Dashed rings: the paper’s results">
          <Text size="xs" c="dimmed">
            {PAPER_NOTE}
          </Text>
        </Fold>
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

const barOf = ({ low, high }: BandPoint): Bar => [low, high];

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

/** Without the untrained network, whose accuracy is chance, once there are other points: it would set the axes. */
const afterTraining = (trail: readonly Spot[]): Spot[] => {
  const later = trail.filter(({ epoch = 1 }) => epoch > 0);
  return later.length > 0 ? later : [...trail];
};

const withEnd = (trail: readonly Spot[]): Spot[] =>
  trail.map((spot, i) => (i === trail.length - 1 ? { ...spot, xEnd: spot.xBar, yEnd: spot.yBar } : spot));

/** Values along one axis: of spots, and of the ends of their error bars. */
const valuesOf = (spots: readonly Spot[], of: 'x' | 'y'): number[] =>
  spots.flatMap((spot) => [spot[of], ...(spot[`${of}End`] ?? [])]);

/** A trail per contestant: small markers along it, a large one at its end, faint ones at the end of each seed. */
const Plane = memo(function Plane({ view: { runs, config }, paper }: PlaneProps) {
  const contestants = byContestant(runs);
  const styles = stylesOf(contestants);
  const each = Math.max(4, SPOTS / contestants.length);
  const ghosts = paper.map((p): Spot => ({ label: p.label, x: p.clean, y: p.robust }));
  const trails = contestants.map((c) => withEnd(spaced(afterTraining(trailOf(c, config)), each)));
  const ends = contestants.map((c) => endsOf(c, config));
  const all = [...ghosts, ...ends.flat(), ...trails.flat()];
  const [clean, robust] = (['x', 'y'] as const).map((of) => extentOf(valuesOf(all, of)));
  return (
    <Plot
      title="Trade-off plane"
      height={HEIGHT}
      x={{ ...clean, label: 'Clean accuracy (%)' }}
      y={{ ...robust, label: 'Robust (%)' }}
      spots={all}
      tip={(spot) => <Tip {...spot} />}
    >
      {(area) => (
        <>
          {ghosts.map((ghost) => (
            <Ghost key={ghost.label} area={area} {...ghost} />
          ))}
          {contestants.map(({ label }, i) =>
            ends[i].map((spot) => (
              <Marker
                key={`${label} ${spot.label}`}
                cx={area.x(spot.x)}
                cy={area.y(spot.y)}
                style={styles[i]}
                size={26}
                faint
              />
            )),
          )}
          {contestants.map(({ label }, i) => (
            <Trail key={label} area={area} trail={trails[i]} style={styles[i]} />
          ))}
        </>
      )}
    </Plot>
  );
});

interface TrailProps {
  readonly area: Area;
  readonly trail: readonly Spot[];
  readonly style: ContestantStyle;
}

function Trail({ area, trail, style }: TrailProps) {
  const end = trail.at(-1);
  if (!end) return null;
  const places = trail.map((spot) => ({ x: area.x(spot.x), y: area.y(spot.y) }));
  return (
    <g>
      <StyledLine places={places} style={style} strokeOpacity={0.6} />
      <path d={barsPath(end, end.xEnd, end.yEnd, area)} fill="none" stroke={style.colour} strokeWidth={1} />
      {places.map(({ x, y }, i) => (
        <Marker key={i} cx={x} cy={y} style={style} size={i === trail.length - 1 ? 110 : 18} />
      ))}
    </g>
  );
}

/** Labels only two of the paper's rings: on a phone, seven labels would cover the points. */
function Ghost({ area, label, x, y }: Spot & { readonly area: Area }) {
  const [cx, cy] = [area.x(x), area.y(y)];
  return (
    <g>
      <circle
        cx={cx}
        cy={cy}
        r={5}
        fill="none"
        stroke="var(--mantine-color-dimmed)"
        strokeWidth={1.5}
        strokeDasharray="2 2"
      />
      {(label === 'AT' || label === 'ARAT') && (
        <text
          x={cx - 9}
          y={cy + (label === 'AT' ? 17 : -13)}
          textAnchor="end"
          fill="var(--mantine-color-dimmed)"
        >
          {label} (paper)
        </text>
      )}
    </g>
  );
}
