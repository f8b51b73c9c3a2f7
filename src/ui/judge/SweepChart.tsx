import { accuracyBand } from '../../core/result/spread.ts';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { legendData, legendEntry } from '../charts/legend.ts';
import { Lines } from '../charts/plot/Lines.tsx';
import { Plot } from '../charts/plot/Plot.tsx';
import { rowsOf } from '../charts/rows.ts';
import { SeriesTip } from '../charts/SeriesTip.tsx';
import type { ContestantStyle } from '../charts/styles.ts';
import { sweepOf } from './rows.ts';

interface Props {
  readonly report: RobustnessReport;
  readonly labels: readonly string[];
  readonly look: (label: string) => ContestantStyle;
}

/** Accuracy over eps under PGD-20. Should fall with eps, to 0 at a large eps. */
export function SweepChart({ report, labels, look }: Props) {
  const series = labels
    .map((label) => ({ label, style: look(label), points: sweepOf(report, label) }))
    .filter(({ points }) => points.length > 0);
  if (series.length === 0) return null;
  const { n, norm } = report.options;
  const unit = norm === 'linf' ? '/255' : '';
  const images = `n = ${n.toLocaleString('en')} test images`;
  const ticks = [...new Set(series.flatMap(({ points }) => points.map((p) => p.x)))].sort((a, b) => a - b);
  const words = series
    .map(
      ({ label, points }) =>
        `${label}: ${points.map((p) => `${p.y.toFixed(1)} % at ${p.x}${unit}`).join(', ')}`,
    )
    .join('; ');
  return (
    <figure
      data-chart-title="Accuracy over ε (PGD-20)"
      data-figure-note={`${images}; bands: ${accuracyBand(1)}; attack: PGD-20, ${norm === 'linf' ? 'L-inf' : 'L2'}`}
      style={{ margin: 0 }}
      {...legendData(series.map(({ label, style }) => legendEntry(label, style, true)))}
    >
      <figcaption
        style={{
          fontSize: 'var(--mantine-font-size-sm)',
          fontWeight: 600,
          marginBottom: 'var(--mantine-spacing-2xs)',
        }}
      >
        Accuracy over ε (PGD-20, {images})
      </figcaption>
      <div role="img" aria-label={`Accuracy over eps under PGD-20, ${images}. ${words}.`}>
        <Plot
          title="Accuracy over ε"
          described
          height={260}
          x={{ low: 0, high: Math.max(...ticks), ticks, label: unit ? 'ε (of 255)' : 'ε (L2)' }}
          y={{ low: 0, high: 100, label: 'Accuracy (%)' }}
          spots={rowsOf(series)}
          tip={(row) => <SeriesTip row={row} xUnit={`ε (${unit ? 'of 255' : 'L2'})`} digits={1} />}
        >
          {(area, chosen) => <Lines area={area} series={series} markers chosen={chosen?.x ?? null} />}
        </Plot>
      </div>
    </figure>
  );
}
